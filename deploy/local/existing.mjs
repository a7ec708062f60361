import { accountsSql, connectTo, schemasSql } from './accounts.mjs';
import { databaseOf, redisServers, SUBGRAPHS } from './environment.mjs';
import { SetupError } from './fail.mjs';
import { isListening } from './ports.mjs';

/** What to run on a server of one's own, as its administrator. @param {Record<string, string>} env */
export function sqlForExistingServer(env) {
  return [
    '-- Run this as an administrator of the database server; it may run any number of times.',
    ...[...accountsSql(env), ...schemasSql(env)].map((statement) => `${statement};`),
    '-- So that replicas answer only when they hold what the reader wrote:',
    '--   MySQL:   SET PERSIST session_track_gtids = OWN_GTID;',
    "--   MariaDB: session_track_system_variables = '...,last_gtid' in its configuration",
  ].join('\n');
}

/** @param {string} text @param {string} key the variable that holds it */
function addressOf(text, key) {
  try {
    return new URL(text);
  } catch {
    throw new SetupError('CONFIG_INVALID', `${key}: ${text} is no address`, `mend ${key}, or unset it`);
  }
}

/**
 * Makes sure that databases of one's own answer and know our accounts.
 * @param {Record<string, string>} env @param {string} [ours] the private database, which needs no look
 */
export async function checkDatabases(env, ours) {
  for (const name of SUBGRAPHS) {
    const url = databaseOf(env, name);
    if (url !== ours) await checkDatabase(env, name, url);
  }
}

/** @param {Record<string, string>} env @param {string} name @param {string} url */
async function checkDatabase(env, name, url) {
  const prefix = name.toUpperCase();
  const key = env[`${prefix}_DATABASE_URL`] ? `${prefix}_DATABASE_URL` : 'DATABASE_URL';
  const { hostname, port, username, password } = addressOf(url, key);
  const where = { host: hostname, port: Number(port || 3306) };
  if (!(await isListening(where.port, where.host))) {
    throw new SetupError(
      'DATABASE_UNREACHABLE',
      `nothing answers at ${where.host}:${where.port}`,
      `check ${key}, or unset it`,
    );
  }
  for (const [suffix, secret] of [
    ['', 'DB_PASSWORD'],
    ['_ro', 'DB_RO_PASSWORD'],
    ['_ddl', 'DB_DDL_PASSWORD'],
  ]) {
    const user = username || `yey_${name}${suffix}`;
    try {
      const connection = await connectTo({
        ...where,
        user,
        password: decodeURIComponent(password) || env[`${prefix}_${secret}`] || '',
      });
      await connection.end();
    } catch (error) {
      throw new SetupError(
        'ACCOUNTS_MISSING',
        `${user} cannot log in at ${where.host}:${where.port}: ${error instanceof Error ? error.message : String(error)}`,
        'run the SQL that npm start -- sql prints on that server, as its administrator (npm start --silent -- sql | mysql -h HOST -u ADMIN -p)',
      );
    }
  }
}

/** Makes sure that Redis servers of one's own answer. @param {Record<string, string>} env @param {string} [ours] the private one */
export async function checkRedis(env, ours) {
  for (const { key, url } of redisServers(env)) {
    if (url === ours) continue;
    const { hostname, port } = addressOf(url, key);
    if (await isListening(Number(port || 6379), hostname)) continue;
    throw new SetupError(
      'REDIS_UNREACHABLE',
      `nothing answers at ${hostname}:${port || 6379}`,
      `check ${key}, or unset it`,
    );
  }
}
