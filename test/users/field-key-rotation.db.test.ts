import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { KeyRotation } from '../../shared/crypto/key-rotation.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { nameOf, type SealedColumn } from '../../shared/crypto/sealed-column.ts';
import type { Db } from '../../shared/db/db.ts';
import { openDatabase } from '../../shared/db/open.ts';
import { auditPlaceOf } from '../../shared/foundation/foundation.ts';
import { Audit } from '../../shared/audit/audit.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { Wake } from '../../shared/redis/wake.ts';
import { sealedColumns as careColumns } from '../../subgraphs/care/privacy/sealed-columns.ts';
import { sealedColumns as pharmacyColumns } from '../../subgraphs/pharmacy/privacy/sealed-columns.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { phoneProof } from '../../subgraphs/users/identity/proof.ts';
import { RegistrationService } from '../../subgraphs/users/login/registration.service.ts';
import { sealedColumns } from '../../subgraphs/users/privacy/sealed-columns.ts';
import { logInAnew } from '../testkit/login.ts';
import { type OwnSchema, ownSchema } from '../testkit/own-schema.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { asAdministrator, rows } from '../testkit/rows.ts';
import { added, identityNumber } from './some-patients.ts';

const hex = () => randomBytes(32).toString('hex');
const K1 = hex();
const K2 = hex();
const OLD_INDEX = hex();
const NEW_INDEX = hex();
const ring = (active: string, keys: Record<string, string>) => JSON.stringify({ active, keys });
const BEFORE = { USERS_FIELD_KEYS: ring('k1', { k1: K1 }), USERS_BLIND_INDEX_KEY: OLD_INDEX };
const DURING = {
  USERS_FIELD_KEYS: ring('k2', { k1: K1, k2: K2 }),
  USERS_BLIND_INDEX_KEY: NEW_INDEX,
  USERS_BLIND_INDEX_KEY_OLD: OLD_INDEX,
};
const phones = Array.from({ length: 60 }, (_, at) => `+86136${String(10_000_000 + at)}`);

let own: OwnSchema;
let db: Db;
let close: () => Promise<void>;

const partsOf = (keys: Record<string, string>) => {
  const config = loadUsersConfig({ ...own.env, ...keys });
  return {
    config,
    cipher: new FieldCipher(config.fieldKeys),
    index: new BlindIndex(config.blindIndexKey, 'phone'),
  };
};

beforeAll(async () => {
  own = await ownSchema('users');
  const { config } = partsOf(BEFORE);
  const redis = createRedis(config.redisStateUrl, 'request');
  ({ db } = await openDatabase(config, database, redis));
  close = async () => {
    await db.close();
    redis.disconnect();
    await own.drop();
  };
});
afterAll(() => close());

/** The account of each phone as a process with these keys finds or makes it. */
async function accountsOf(keys: Record<string, string>): Promise<string[]> {
  const { config, cipher, index } = partsOf(keys);
  const wake = { call: async () => undefined } as unknown as Wake;
  const audit = new Audit(db, auditPlaceOf(config), wake, () => new Date());
  const registration = new RegistrationService({ index, cipher }, audit, () => new Date());
  return db.transaction(async (tx) => {
    const accounts: string[] = [];
    for (const phone of phones) {
      accounts.push((await registration.identityOf(tx, phoneProof(phone))).accountId);
    }
    return accounts;
  });
}

const schema = () => own.env.USERS_SCHEMA ?? '';
const subjects = () => rows(`SELECT id, subject, subject_index FROM \`${schema()}\`.identity ORDER BY id`);
const keysIn = async () =>
  [...new Set((await subjects()).map(({ subject }) => String(subject).slice(0, 'v1.k1'.length)))].toSorted();

test('keys are changed while others write, through a kill in the middle, and nothing is lost', async () => {
  const before = await accountsOf(BEFORE);
  expect(await keysIn()).toEqual(['v1.k1']);

  const killed = spawn(
    process.execPath,
    ['dist/bundle/users.js', 'rotate-field-keys', '--batch', '4', '--pause-ms', '40'],
    { env: { ...process.env, ...own.env, ...DURING }, stdio: 'ignore' },
  );
  const progress = async () =>
    (
      await rows(
        `SELECT rewritten, finished_at FROM \`${schema()}\`.key_rotation WHERE place = 'identity.subject'`,
      )
    )[0];
  await until(async () => Number((await progress())?.rewritten) >= 8, 25_000);
  killed.kill('SIGKILL');
  await until(() => killed.signalCode === 'SIGKILL');
  expect((await progress())?.finished_at).toBeNull();
  expect(await keysIn()).toEqual(['v1.k1', 'v1.k2']);
  // In the middle of it everybody is found under either key, and nobody gets a second account.
  expect(await accountsOf(DURING)).toEqual(before);

  // Somebody writes all the time, with the old key too; what was written last must be what stands there.
  const last = new Map<string, string>();
  const ending = new AbortController();
  const writer = (async () => {
    const { cipher: oldCipher } = partsOf(BEFORE);
    const { cipher: newCipher, index } = partsOf(DURING);
    const ids = (await subjects()).map(({ id }) => String(id));
    for (let at = 0; !ending.signal.aborted; at += 1) {
      const id = ids[(at * 7) % ids.length] ?? '';
      const phone = `+86137${String(10_000_000 + at)}`;
      const cipher = at % 2 === 0 && at < 40 ? oldCipher : newCipher;
      const subject = cipher.encrypt(phone, { table: 'identity', column: 'subject', rowId: id });
      await db.transaction((tx) =>
        tx.manager.query('UPDATE identity SET subject = ?, subject_index = ? WHERE id = ?', [
          subject,
          index.of(phone),
          id,
        ]),
      );
      last.set(id, phone);
      await delay(5);
    }
  })();
  const resumed = await own.run(['rotate-field-keys', '--batch', '4', '--pause-ms', '5'], DURING);
  ending.abort();
  await writer;
  expect(resumed).toMatchObject({
    code: 0,
    output: expect.stringMatching(
      /identity\.subject: \d+ rewritten, 0 left\n[^]*, 0 left under old keys\n$/,
    ) as string,
  });

  const after = { USERS_FIELD_KEYS: ring('k2', { k2: K2 }), USERS_BLIND_INDEX_KEY: NEW_INDEX };
  const { cipher, index } = partsOf(after);
  const opened = (await subjects()).map(({ id, subject, subject_index }) => {
    const phone = cipher.decrypt(String(subject), {
      table: 'identity',
      column: 'subject',
      rowId: String(id),
    });
    expect(subject_index).toBe(index.of(phone));
    return [String(id), phone] as const;
  });
  expect(opened).toHaveLength(phones.length);
  for (const [id, phone] of opened) if (last.has(id)) expect(phone).toBe(last.get(id));
  const untouched = opened.filter(([id]) => !last.has(id)).map(([, phone]) => phone);
  for (const phone of untouched) expect(phones).toContain(phone);

  const again = await rotatedBy(after);
  expect(again.columns.filter(({ rewritten, left }) => rewritten + left > 0)).toEqual([]);
}, 90_000);

/** A run in this process. */
async function rotatedBy(keys: Record<string, string>) {
  const { config, cipher } = partsOf(keys);
  const lines: string[] = [];
  const rotation = new KeyRotation({
    db,
    appendOnly: db,
    auditSchema: config.database.auditSchema,
    cipher,
    now: () => new Date(),
    batch: 50,
    pauseMs: 0,
    say: (line) => lines.push(line),
  });
  return { columns: await rotation.run(sealedColumns(config)), lines };
}

test('a value whose key is gone is told and counted', async () => {
  await accountsOf(BEFORE);
  const without = { USERS_FIELD_KEYS: ring('k3', { k3: hex() }), USERS_BLIND_INDEX_KEY: NEW_INDEX };
  const { columns, lines } = await rotatedBy(without);
  const subjects = columns.find(({ name }) => name === 'identity.subject');
  expect(subjects?.left).toBeGreaterThanOrEqual(phones.length);
  expect(subjects?.rewritten).toBe(0);
  expect(lines.join()).toContain('cannot be read with the keys that there are');
});

test('signed documents are written under the new key by the account that may, and by no other', async () => {
  const care = await ownSchema('care');
  try {
    const old = new FieldCipher({ active: 'k1', keys: { k1: K1 } });
    const place = { table: 'medical_record_version', column: 'content', rowId: 'rev_1' };
    const text = JSON.stringify({ chiefComplaint: '头痛三天' });
    await asAdministrator((admin) =>
      admin.query(
        `INSERT INTO \`${care.auditSchema}\`.medical_record_version VALUES
         ('rev_1', 'rec_1', 1, 'acc_1', ?, '', 'Ed25519', 'key_1', '', '2026-03-01')`,
        [old.encrypt(text, place)],
      ),
    );
    const { code, output } = await care.run(['rotate-field-keys'], {
      CARE_FIELD_KEYS: DURING.USERS_FIELD_KEYS,
    });
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('1 values rewritten') as string,
    });
    const [row] = await rows(`SELECT content FROM \`${care.auditSchema}\`.medical_record_version`);
    const now = new FieldCipher({ active: 'k2', keys: { k2: K2 } });
    expect(now.decrypt(String(row?.content), place)).toBe(text);
  } finally {
    await care.drop();
  }
});

/** The columns of a schema in which an encrypted value stands. */
async function encryptedIn(name: string): Promise<string[]> {
  const columns = await rows(
    `SELECT table_name AS t, column_name AS c FROM information_schema.columns
     WHERE table_schema = ? AND data_type IN ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext')`,
    [name],
  );
  const found = await Promise.all(
    columns.map(async ({ t, c }) => {
      const hits = await rows(
        `SELECT 1 FROM \`${name}\`.\`${String(t)}\` WHERE \`${String(c)}\` LIKE 'v1.%.%.%' LIMIT 1`,
      );
      return hits.length > 0 ? [`${String(t)}.${String(c)}`] : [];
    }),
  );
  return found.flat();
}

test('every encrypted column of the running platform is one that the command knows', async () => {
  const { accessToken: token } = await logInAnew();
  await added(token, { identityNumber: identityNumber('20200229', 'MALE'), phone: '13800138000' });
  const env = environmentOf(inject('platformDir'));
  const known: Record<string, readonly SealedColumn[]> = {
    users: sealedColumns(loadUsersConfig(env)),
    care: careColumns,
    pharmacy: pharmacyColumns,
  };
  for (const [name, columns] of Object.entries(known)) {
    const found = await Promise.all([`yey_${name}`, `yey_${name}_audit`].map(encryptedIn));
    const unknown = found.flat().filter((each) => !columns.map(nameOf).includes(each));
    expect(unknown, `${name}: columns that sealed-columns.ts does not have`).toEqual([]);
  }
  expect(await encryptedIn('yey_users')).toEqual(
    expect.arrayContaining(['identity.subject', 'patient.name']),
  );
});
