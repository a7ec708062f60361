import { cloneData, initialise } from '../../deploy/local/database.mjs';
import { findEngine, findRedis } from '../../deploy/local/engines.mjs';
import { freePort } from '../../deploy/local/ports.mjs';
import { replicate } from '../../deploy/local/replication.mjs';
import { databaseService, redisService } from '../../deploy/local/services.mjs';
import { Supervisor } from '../../deploy/local/supervisor.mjs';

// Database and Redis servers as somebody runs them who does not leave that to the launcher: a primary with a replica
// and three Redis. Told by IPC where they are; ended with the process that asked for them.
const dir = process.argv[2] ?? '';
const ADMIN_PASSWORD = 'admin-of-the-test';
const READY_MS = 60_000;

const engine = findEngine(process.env.YEY_TEST_MYSQLD || process.env.MYSQLD);
const redis = findRedis();
if (!engine || !redis) throw new Error('no database server or Redis on this machine');

const supervisor = new Supervisor({ logDir: `${dir}/logs`, say: () => undefined, record: () => undefined });
/** @type {string[]} */
const names = [];
/** @param {import('../../deploy/local/supervisor.mjs').Service} service */
async function start(service) {
  names.unshift(service.name);
  supervisor.start(service);
  await supervisor.ready(service.name, READY_MS);
}

/** @param {'primary' | 'replica'} role @returns {Promise<import('../../deploy/local/database.mjs').Server>} */
const serverOf = async (role) => ({
  engine,
  dir: `${dir}/${role}`,
  port: await freePort(),
  role,
  adminPassword: ADMIN_PASSWORD,
  fast: true,
});

async function stop() {
  for (const name of names) await supervisor.stop(name);
  process.exit(0);
}
process.on('disconnect', () => void stop());
process.on('SIGTERM', () => void stop());

const primary = await serverOf('primary');
const replica = await serverOf('replica');
initialise(engine, primary.dir);
cloneData(engine, primary.dir, replica.dir);
await Promise.all([start(databaseService(primary)), start(databaseService(replica))]);
await replicate(primary, replica, 'replication');
/** @type {number[]} */
const ports = [];
for (const name of ['one', 'two', 'three']) {
  const port = await freePort();
  await start({ ...redisService(redis, { dir: `${dir}/${name}`, port }), name });
  ports.push(port);
}
process.send?.({ primary: primary.port, replica: replica.port, redis: ports, adminPassword: ADMIN_PASSWORD });
