import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { inject } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { isSealed, placeOf } from '../../shared/crypto/sealed-column.ts';
import { layFoundation } from '../../shared/foundation/foundation.ts';
import { fileStoreOf } from '../../shared/storage/storage-config.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { LoginCodeService } from '../../subgraphs/users/login/login-code.service.ts';
import { ErasureJob } from '../../subgraphs/users/privacy/erasure-job.ts';
import type { UsersSource } from '../../subgraphs/users/privacy/users-source.ts';
import { sealedColumns } from '../../subgraphs/users/privacy/sealed-columns.ts';
import { wirePrivacy } from '../../subgraphs/users/privacy/privacy.wiring.ts';
import { data } from '../testkit/client.ts';
import type { Login } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { rows } from '../testkit/rows.ts';
import { added, identityNumber } from './some-patients.ts';

/** The services of privacy on the platform's own tables, with a clock that the test sets. */
export async function privacyBench() {
  const config = loadUsersConfig(benchEnvironment(inject('platformDir')));
  const { foundation, close } = await layFoundation(config, database);
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const index = new BlindIndex(config.blindIndexKey, 'phone');
  const sent = new Map<string, string>();
  const sender = { sendLoginCode: async (phone: string, code: string) => void sent.set(phone, code) };
  const codes = new LoginCodeService(foundation.db, index, sender, now);
  const services = wirePrivacy({ ...foundation, now }, codes, config.own);
  const { db, audit, outbox, cipher } = foundation;
  const files = fileStoreOf(config.own);
  /** The job of erasures with other sources than it has. */
  const erasingWith = (sources: readonly UsersSource[]) =>
    new ErasureJob({ db, audit, outbox, cipher, phones: index, files, sources, now });
  return { ...services, erasingWith, codes, sent, clock, close };
}

export const actorOf = ({ accessToken, accountId }: Login): Actor => {
  const { sid } = jwt.decode(accessToken) as { sid: string };
  return { kind: 'account', accountId, sessionId: sid, grants: [] };
};

export const ALLERGEN = '某种罕见青霉素衍生物';
export const REACTION = '喉头水肿伴意识丧失';

/** A patient with an archive, added through the router; all of it is somebody's alone. */
export async function someoneKnown(token: string, name: string, phone: string) {
  const number = identityNumber('19870613', 'MALE');
  const { id } = await added(token, {
    name,
    relation: 'SELF',
    identityNumber: number,
    phone,
    birthDate: null,
    sex: null,
  });
  const common = { patientId: id, idempotencyKey: randomUUID() };
  await data(
    'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }',
    { input: { ...common, substance: 'J01C', name: ALLERGEN, severity: 'SEVERE', reaction: REACTION } },
    { token },
  );
  await data(
    'mutation ($input: UpdateHealthArchiveInput!) { updateHealthArchive(input: $input) { version } }',
    { input: { ...common, expectedVersion: 2, weightKg: 71.5 } },
    { token },
  );
  return { id, number };
}

/** Where in the tables of users, encrypted values opened, one of the values stands: `table.column`. */
export async function placesOf(values: readonly string[]): Promise<string[]> {
  const config = loadUsersConfig(benchEnvironment(inject('platformDir')));
  const cipher = new FieldCipher(config.fieldKeys);
  const known = sealedColumns(config);
  const tables = await rows(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'yey_users'",
  );
  const found = new Set<string>();
  for (const { name } of tables) {
    for (const row of await rows(`SELECT * FROM yey_users.\`${String(name)}\``)) {
      for (const [column, value] of Object.entries(row)) {
        const sealed = known.find((each) => each.table === name && each.column === column);
        const text = sealed && isSealed(value) ? opened(cipher, value, placeOf(sealed, row)) : String(value);
        if (values.some((each) => text.includes(each))) found.add(`${String(name)}.${column}`);
      }
    }
  }
  return [...found].toSorted();
}

/** What other tests have spoilt in their rows on purpose stays as it is: it is nobody's. */
function opened(cipher: FieldCipher, value: string, place: Parameters<FieldCipher['decrypt']>[1]): string {
  try {
    return cipher.decrypt(value, place);
  } catch {
    return value;
  }
}
