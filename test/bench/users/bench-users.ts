import { createPool, type Pool } from 'mysql2/promise';
import { type LaidFoundation, layFoundation } from '../../../shared/foundation/foundation.ts';
import { loadUsersConfig } from '../../../subgraphs/users/config.ts';
import { database } from '../../../subgraphs/users/datasource.ts';
import { benchEnvironment } from '../../testkit/platform.ts';

export interface BenchUsers {
  readonly foundation: LaidFoundation['foundation'];
  /** The same server and schema, as the same SQL user, without anything of ours between. */
  readonly pool: Pool;
  readonly env: Record<string, string>;
  readonly close: () => Promise<void>;
}

/** What the services of users are made of, in this process, and a way to the same rows by hand. */
export async function openBenchUsers(dir: string): Promise<BenchUsers> {
  const env = benchEnvironment(dir);
  const config = loadUsersConfig(env);
  const { foundation, close } = await layFoundation(config, database);
  const { primaryUrl, user, password, schema } = config.database;
  const server = new URL(primaryUrl);
  const pool = createPool({
    host: server.hostname,
    port: Number(server.port),
    user,
    password,
    database: schema,
    timezone: 'Z',
    connectionLimit: 20,
  });
  return {
    foundation,
    pool,
    env,
    close: async () => {
      await pool.end();
      await close();
    },
  };
}
