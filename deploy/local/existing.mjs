import { accountsSql, connectTo, schemasSql } from './accounts.mjs';
import { SUBGRAPHS } from './environment.mjs';
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

/** Makes sure that a database of one's own answers and knows our accounts. @param {Record<string, string>} env */
export async function checkDatabase(env) {
  const { hostname, port } = new URL(env.DATABASE_URL ?? '');
  const where = { host: hostname, port: Number(port || 3306) };
  if (!(await isListening(where.port, where.host))) {
    throw new SetupError(
      'DATABASE_UNREACHABLE',
      `nothing answers at ${env.DATABASE_URL}`,
      'check DATABASE_URL, or unset it',
    );
  }
  for (const name of SUBGRAPHS) {
    for (const [suffix, key] of [
      ['', 'DB_PASSWORD'],
      ['_ro', 'DB_RO_PASSWORD'],
      ['_ddl', 'DB_DDL_PASSWORD'],
    ]) {
      const user = `yey_${name}${suffix}`;
      try {
        const connection = await connectTo({
          ...where,
          user,
          password: env[`${name.toUpperCase()}_${key}`] ?? '',
        });
        await connection.end();
      } catch (error) {
        throw new SetupError(
          'ACCOUNTS_MISSING',
          `${user} cannot log in at ${env.DATABASE_URL}: ${error instanceof Error ? error.message : String(error)}`,
          'run the SQL that npm start -- sql prints on that server, as its administrator (npm start --silent -- sql | mysql -h HOST -u ADMIN -p)',
        );
      }
    }
  }
}

/** @param {string} url */
export async function checkRedis(url) {
  const { hostname, port } = new URL(url);
  if (await isListening(Number(port || 6379), hostname)) return;
  throw new SetupError(
    'REDIS_UNREACHABLE',
    `nothing answers at ${url}`,
    'check REDIS_STATE_URL, or unset it',
  );
}
