import { serviceEnvironment, SUBGRAPHS } from './environment.mjs';
import { DATA_KEYS } from './secrets.mjs';
import { hasSandbox } from './services.mjs';

/** Which servers are run by us, as the environment says. */
export const ownServers = () => ({
  database: !process.env.DATABASE_URL,
  redis: !process.env.REDIS_STATE_URL,
});

/**
 * The environment of the services of an installation. What the user sets wins, an empty variable counts as unset;
 * administrative passwords stay with the launcher.
 * @param {{dir: string, state: import('./state.mjs').State, secrets: Record<string, string>, port: number}} place
 * @returns {Record<string, string>}
 */
export function platformEnvironment({ dir, state, secrets, port }) {
  const own = ownServers();
  const isProduction = process.env.YEY_MODE === 'production';
  const ports = { ...state.ports };
  if (isProduction || !hasSandbox()) delete ports.sandbox;
  const generated = serviceEnvironment({
    secrets,
    dir,
    ports,
    routerPort: port,
    databaseUrl: own.database ? `mysql://127.0.0.1:${ports.primary}` : '',
    replicaUrls: own.database ? `mysql://127.0.0.1:${ports.replica}` : '',
    redisUrl: own.redis ? `redis://127.0.0.1:${ports.redis}/0` : (process.env.REDIS_STATE_URL ?? ''),
    isProduction,
  });
  // A key that the user sets for all goes before those that were generated for each.
  for (const key of [...DATA_KEYS, 'FILE_URL_KEY']) {
    if (process.env[key]) for (const name of SUBGRAPHS) delete generated[`${name.toUpperCase()}_${key}`];
  }
  const set = Object.entries(process.env).filter(([, value]) => value);
  /** @type {Record<string, string>} */
  const env = { ...generated, ...Object.fromEntries(set), PORT: String(port) };
  delete env.ADMIN_DB_PASSWORD;
  delete env.REPLICATION_DB_PASSWORD;
  return env;
}
