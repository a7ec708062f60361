import { type Connection, createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import { environmentOf } from './platform.ts';

type Row = Record<string, unknown>;

/** Work on the primary by the administrator of the server, past every rule of the services. */
export async function asAdministrator<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const env = environmentOf(inject('platformDir'));
  const connection = await createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD ?? '',
    timezone: 'Z',
  });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

/** The rows that a query finds. */
export async function rows(sql: string, values: unknown[] = []): Promise<Row[]> {
  return asAdministrator(async (connection) => (await connection.query(sql, values))[0] as Row[]);
}

/** What the audit in a schema says of something, oldest first. */
export async function auditOf(
  subjectId: string,
  schema = 'yey_users_audit',
): Promise<{ actor: string; action: string }[]> {
  const found = await rows(
    `SELECT actor, action FROM \`${schema}\`.audit_entry WHERE subject_id = ? ORDER BY id`,
    [subjectId],
  );
  return found.map(({ actor, action }) => ({ actor: String(actor), action: String(action) }));
}

/**
 * Waits until the replica has all that the primary has now: what one person wrote, another one reads from a replica,
 * which has it a moment later.
 */
export async function replicaCaughtUp(): Promise<void> {
  const env = environmentOf(inject('platformDir'));
  const [found] = await rows('SELECT VERSION() AS version');
  const isMariaDb = String(found?.version).includes('MariaDB');
  const [at] = await rows(
    `SELECT ${isMariaDb ? '@@GLOBAL.gtid_binlog_pos' : '@@GLOBAL.gtid_executed'} AS position`,
  );
  const replica = await createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_REPLICA_URLS ?? '').port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD ?? '',
  });
  try {
    const wait = isMariaDb ? 'MASTER_GTID_WAIT(?, 10)' : 'WAIT_FOR_EXECUTED_GTID_SET(?, 10)';
    await replica.query(`SELECT ${wait}`, [at?.position]);
  } finally {
    await replica.end();
  }
}
