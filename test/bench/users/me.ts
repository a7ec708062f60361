import type { Pool, RowDataPacket } from 'mysql2/promise';
import { Pool as HttpPool } from 'undici';
import { demoAccounts } from '../../testkit/platform.ts';
import { measure } from '../measure.ts';
import { openBenchUsers } from './bench-users.ts';

const AT_ONCE = 8;
const NAME = '李晓梅';
const QUERY = `{
  me { id displayName grants { role scope } }
  myPatients { id name sex birthDate ageYears archive {
    weightKg allergies { name severity } conditions { code name } medications { name }
  } }
}`;

/** What the first screen of the app asks for, through the router, against its statements by hand. */
export async function benchMe({ url, dir }: { url: string; dir: string }): Promise<void> {
  const token = demoAccounts(dir).find(({ name }) => name === NAME)?.token ?? '';
  const http = new HttpPool(new URL(url).origin, { connections: AT_ONCE });
  const body = JSON.stringify({ query: QUERY });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const ask = async () => {
    const answer = await http.request({ path: '/graphql', method: 'POST', headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200 || text.includes('"errors"')) throw new Error(text);
    return text;
  };
  const { pool, close } = await openBenchUsers(dir);
  try {
    const { data } = JSON.parse(await ask()) as { data: { me: { id: string }; myPatients: unknown[] } };
    if (data.myPatients.length === 0) throw new Error('nothing to show');
    await measure({
      name: 'me',
      goal: 0.15,
      atOnce: AT_ONCE,
      ours: ask,
      against: 'its statements by hand',
      baseline: () => byHand(pool, data.me.id),
    });
  } finally {
    await http.close();
    await close();
  }
}

async function byHand(pool: Pool, id: string): Promise<unknown> {
  const rows = async (sql: string, values: unknown[]) => (await pool.query<RowDataPacket[]>(sql, values))[0];
  const me = async () => [
    await rows('SELECT * FROM account WHERE id IN (?)', [[id]]),
    await rows('SELECT * FROM role_grant WHERE account_id = ? AND expires_at IS NULL ORDER BY id', [id]),
    await rows('SELECT * FROM role_permission WHERE role IN (?)', [['PATIENT']]),
  ];
  const patients = async () => {
    const found = await rows("SELECT * FROM patient WHERE account_id = ? AND status = 'ACTIVE' ORDER BY id", [
      id,
    ]);
    const ids = found.map((row) => String(row.id));
    const versions = await rows('SELECT id, archive_version FROM patient WHERE id IN (?)', [ids]);
    await rows('SELECT * FROM health_archive WHERE (patient_id, version) IN (?)', [
      versions.map((row) => [row.id, row.archive_version]),
    ]);
    return Promise.all([
      rows('SELECT * FROM allergy WHERE patient_id IN (?) ORDER BY id', [ids]),
      rows('SELECT * FROM medical_condition WHERE patient_id IN (?) ORDER BY id', [ids]),
      rows('SELECT * FROM current_medication WHERE patient_id IN (?) ORDER BY id', [ids]),
    ]);
  };
  return Promise.all([me(), patients()]);
}
