import { createHmac, hkdfSync } from 'node:crypto';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Actor } from '../../../shared/context/actor.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { wirePatientStores } from '../../../subgraphs/users/patient/patient.wiring.ts';
import { wireSearch } from '../../../subgraphs/users/search/search.wiring.ts';
import { manyId, putAccounts } from '../../testkit/many-accounts.ts';
import { measure } from '../measure.ts';
import { type BenchUsers, openBenchUsers } from './bench-users.ts';
import { type Known, PAGE, type Search, searchesOf } from './search-queries.ts';

const COUNT = 1_000_000;
const KNOWN = 1000;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ADMIN: Actor = {
  kind: 'account',
  accountId: newId('acc'),
  sessionId: '',
  grants: [{ role: 'ADMIN', permissions: ['account.read'], scope: 'PLATFORM', scopeId: '' }],
};

/** Searching a million accounts, against the statements that somebody would write for each kind of search. */
export async function benchSearch(dir: string): Promise<void> {
  const users = await openBenchUsers(dir);
  try {
    const known = await load(users);
    const { foundation, pool } = users;
    const { patients } = wirePatientStores(foundation);
    const { accountSearch } = wireSearch(foundation, patients);
    const audit = `INSERT INTO \`${foundation.config.database.auditSchema}\`.audit_entry
      (id, at, actor, action, subject_type, subject_id, request_id, detail)
      VALUES (?, ?, 'bench', 'account.search', 'AccountSearch', 'users', '', '{}')`;
    const ours = ({ filter, sort, after }: Search) => accountSearch.page(ADMIN, filter, sort, after, PAGE);
    const found = async ({ sql, values }: Search) => (await pool.query<RowDataPacket[]>(sql, [...values]))[0];
    const byHand = async (search: Search) => {
      const rows = await found(search);
      await pool.query(audit, [newId('aud'), new Date()]);
      return rows;
    };
    for (const search of [...searchesOf(1, COUNT, known), ...searchesOf(4321, COUNT, known)]) {
      const idsOf = (rows: readonly object[]) =>
        JSON.stringify(rows.map((row) => ('id' in row ? row.id : null)));
      const right = idsOf(await found(search));
      if (idsOf(await ours(search)) !== right) throw new Error(`another answer by ${search.name}`);
      const began = performance.now();
      for (let turn = 0; turn < 20; turn += 1) await found(search);
      const hand = performance.now();
      for (let turn = 0; turn < 20; turn += 1) await ours(search);
      const times = [hand - began, performance.now() - hand].map((ms) => (ms / 20).toFixed(1));
      console.log(`search by ${search.name}: ${times[1]} ms; the SELECT by hand alone ${times[0]} ms`);
    }
    // Each turn is one of another kind, the same ones on both sides.
    const kinds = searchesOf(0, COUNT, known).length;
    const turns = { ours: 0, baseline: 0 };
    const next = (side: keyof typeof turns): Search => {
      const turn = turns[side]++;
      const search = searchesOf(Math.floor(turn / kinds), COUNT, known)[turn % kinds];
      if (!search) throw new Error('no search');
      return search;
    };
    await measure({
      name: 'search',
      goal: 0.6,
      atOnce: 4,
      ours: () => ours(next('ours')),
      against: 'its hand-written SQL with the entry in the audit',
      baseline: () => byHand(next('baseline')),
    });
  } finally {
    await users.close();
  }
}

/** A million accounts, of some of which phone and identity number are known. */
async function load({ foundation: { config }, env }: BenchUsers): Promise<Known[]> {
  const { primaryUrl, schema } = config.database;
  const server = new URL(primaryUrl);
  const connection = await createConnection({
    host: server.hostname,
    port: Number(server.port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD ?? '',
    timezone: 'Z',
  });
  try {
    const began = performance.now();
    await makeRoom(connection);
    await putAccounts(connection, schema, COUNT);
    const hmacOf = (purpose: string) => {
      const key = Buffer.from(
        hkdfSync('sha256', Buffer.from(config.blindIndexKey.current, 'hex'), '', purpose, 32),
      );
      return (text: string) => createHmac('sha256', key).update(text).digest('hex');
    };
    const phones = hmacOf('phone');
    const numbers = hmacOf('identity-number');
    const known = Array.from({ length: KNOWN }, (_, index): Known => {
      // Of those who have a patient.
      const n = index * Math.floor(COUNT / KNOWN);
      const phone = `+86178${String(n).padStart(8, '0')}`;
      const identityNumber = numberOf(index);
      return { n, phone, phoneIndex: phones(phone), identityNumber, identityIndex: numbers(identityNumber) };
    });
    for (const { n, phoneIndex, identityIndex } of known) {
      await connection.query('UPDATE identity SET subject_index = ? WHERE id = ?', [
        phoneIndex,
        manyId('idt', n),
      ]);
      await connection.query('UPDATE patient SET identity_index = ? WHERE id = ?', [
        identityIndex,
        manyId('pat', n),
      ]);
    }
    console.log(`${COUNT} accounts in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    return known;
  } finally {
    await connection.end();
  }
}

/** What a server of a million accounts has of memory; the private one is made for a demo. */
async function makeRoom(connection: Connection): Promise<void> {
  await connection.query('SET GLOBAL innodb_buffer_pool_size = 1073741824');
  // The log is sized by another name on each engine, and by none on some.
  for (const name of ['innodb_log_file_size', 'innodb_redo_log_capacity']) {
    await connection.query(`SET GLOBAL ${name} = 536870912`).catch(() => undefined);
  }
}

/** A made-up identity number that is formally right. */
function numberOf(index: number): string {
  const digits = `11010119900512${String(index).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  return digits + '10X98765432'.charAt(sum % 11);
}
