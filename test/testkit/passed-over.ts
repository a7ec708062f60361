import { newId } from '../../shared/ids/ids.ts';
import { until } from './platform.ts';
import { asAdministrator } from './rows.ts';

/** The numbers of the entry that is missed, and of the first one after it. */
const MISSED = 500;
const NEXT = 1000;

/**
 * Leaves an entry in a running subgraph's audit that its sealer has passed over, and so many chained ones after it.
 * @returns its identifier
 */
export async function passOverAnEntry(schema: string, successors: number): Promise<string> {
  const [main, audit] = [`\`${schema}\``, `\`${schema}_audit\``];
  return asAdministrator(async (connection) => {
    const insert = async (numbers: readonly number[]): Promise<string> => {
      const rows = numbers.map((n) => [n, newId('aud'), new Date()]);
      await connection.query(
        `INSERT INTO ${audit}.audit_entry (n, id, at, actor, action, subject_type, subject_id, request_id, detail)
         VALUES ${rows.map(() => "(?, ?, ?, 'service:test', 'thing.change', 'thing', 'thg_1', '', '{}')").join(', ')}`,
        rows.flat(),
      );
      return String(rows[0]?.[1]);
    };
    await insert(Array.from({ length: successors }, (_, index) => NEXT + index));
    await until(async () => {
      const [rows] = await connection.query(`SELECT scanned FROM ${main}.audit_head`);
      return Number((rows as { scanned: string }[])[0]?.scanned) === NEXT + successors - 1;
    });
    await connection.query(`DELETE FROM ${main}.audit_gap`);
    return insert([MISSED]);
  });
}
