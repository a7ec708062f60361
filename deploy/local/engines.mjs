import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { installSystemPackages, mayInstall } from './apt.mjs';
import { SetupError } from './fail.mjs';
import { find } from './programs.mjs';
import { step } from './progress.mjs';

const DATABASE_PACKAGES = ['mariadb-server-core', 'mariadb-client-core'];
const REDIS_PACKAGES = ['redis-server'];

/** @typedef {{path: string, kind: 'mariadb' | 'mysql', version: string, wrapped: boolean}} Engine */

/**
 * The database server of this machine, or the one of `path`. Its kind is told by `--version`: Debian's mysqld is
 * a link to mariadbd.
 * @param {string} [path] @returns {Engine | undefined}
 */
export function findEngine(path = process.env.MYSQLD) {
  const found = path || find(['mariadbd', 'mysqld']);
  if (!found) return undefined;
  const { stdout } = spawnSync(found, ['--version'], { encoding: 'utf8' });
  const version = /Ver (\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
  if (!version) {
    if (!path) return undefined;
    throw new SetupError(
      'ENGINE_MISSING',
      `${path} is not a database server`,
      'point MYSQLD at a mysqld or mariadbd',
    );
  }
  return {
    path: found,
    kind: /MariaDB/i.test(stdout) ? 'mariadb' : 'mysql',
    version,
    wrapped: isScript(found),
  };
}

/** A script around the server gives `--no-defaults` itself, which may stand only once. @param {string} path */
function isScript(path) {
  const file = openSync(realpathSync(path), 'r');
  try {
    const head = Buffer.alloc(2);
    readSync(file, head, 0, 2, 0);
    return head.toString() === '#!';
  } finally {
    closeSync(file);
  }
}

export function findRedis() {
  return find(['redis-server', 'valkey-server']);
}

/** @param {Engine} engine */
function assertSupported({ kind, version, path }) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (kind === 'mysql' ? major >= 8 : major > 10 || (major === 10 && minor >= 11)) return;
  throw new SetupError(
    'ENGINE_TOO_OLD',
    `${path} is ${kind} ${version}; needed is MySQL 8.0 or MariaDB 10.11, or newer`,
    'point MYSQLD at a newer server, or DATABASE_URL at a running one',
  );
}

/**
 * Finds the servers that are needed, installing them from the system's packages where that is possible.
 * @param {{database: boolean, redis: boolean}} needed
 */
export async function ensureEngines(needed) {
  const lacking = [
    ...(needed.database && !findEngine() ? DATABASE_PACKAGES : []),
    ...(needed.redis && !findRedis() ? REDIS_PACKAGES : []),
  ];
  if (lacking.length > 0) await install(lacking);
  const engine = needed.database ? findEngine() : undefined;
  const redis = needed.redis ? findRedis() : undefined;
  if (engine) assertSupported(engine);
  if ((needed.database && !engine) || (needed.redis && !redis)) {
    throw missing('the packages were installed, but the servers were not found', lacking);
  }
  return { engine, redis };
}

/** @param {string[]} packages */
async function install(packages) {
  if (!mayInstall())
    throw missing('not found on this machine, and this user may not install packages', packages);
  await step(`installing ${packages.join(' ')}`, async () => {
    const { code, output } = await installSystemPackages(packages);
    if (code !== 0) throw missing(output.trim().split('\n').slice(-3).join(' | '), packages);
  });
}

/** @param {string} cause @param {string[]} packages */
function missing(cause, packages) {
  const what =
    packages.includes('redis-server') && packages.length === 1 ? 'Redis' : 'database server or Redis';
  return new SetupError(
    'ENGINE_MISSING',
    `no ${what}: ${cause}`,
    `install them (sudo apt-get install --no-install-recommends ${packages.join(' ')}), or point DATABASE_URL ` +
      '(mysql://host:port) and REDIS_STATE_URL (redis://host:port/0) at servers of your own, or use docker compose',
  );
}
