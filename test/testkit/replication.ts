import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';

export interface ReplicaControl {
  /** What was received is not applied any more. */
  readonly stopApplying: () => Promise<void>;
  /** Nothing is received from the primary any more. */
  readonly stopReceiving: () => Promise<void>;
  /** Everything is applied so many seconds late. */
  readonly delay: (seconds: number) => Promise<void>;
  /** Follows the primary again, without delay. */
  readonly follow: () => Promise<void>;
  /** The file that holds the process id of the server. */
  readonly pidFile: () => Promise<string>;
  readonly end: () => Promise<void>;
}

/** Disturbs the replication of a replica, as its administrator. */
export async function controlReplica(port: number, password: string): Promise<ReplicaControl> {
  const admin = await createConnection({ host: '127.0.0.1', port, user: 'yey_admin', password });
  const one = async (sql: string) =>
    String(Object.values((await admin.query<RowDataPacket[]>(sql))[0][0] ?? {})[0]);
  const isMariaDb = (await one('SELECT VERSION()')).includes('MariaDB');
  const word = isMariaDb ? 'SLAVE' : 'REPLICA';
  const run = async (...statements: string[]) => {
    for (const sql of statements) await admin.query(sql);
  };
  const delay = (seconds: number) =>
    run(
      `STOP ${word}`,
      isMariaDb
        ? `CHANGE MASTER TO MASTER_DELAY = ${seconds}`
        : `CHANGE REPLICATION SOURCE TO SOURCE_DELAY = ${seconds}`,
      `START ${word}`,
    );
  return {
    stopApplying: () => run(`STOP ${word} SQL_THREAD`),
    stopReceiving: () => run(`STOP ${word} IO_THREAD`),
    delay,
    follow: () => delay(0),
    pidFile: async () => `${await one('SELECT @@datadir')}/pid`,
    end: () => admin.end(),
  };
}
