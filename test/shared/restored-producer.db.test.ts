import { execFileSync } from 'node:child_process';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadConfig } from '../../shared/config/config.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { openDatabase } from '../../shared/db/open.ts';
import { newId } from '../../shared/ids/ids.ts';
import { Outbox } from '../../shared/outbox/outbox.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { Wake } from '../../shared/redis/wake.ts';
import { fixtureOf } from '../testkit/fixtures.ts';
import { type OwnService, ownService } from '../testkit/own-service.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { connectAs } from '../testkit/scratch.ts';

/** Care, and stats that reads its events: processes of their own. */
let care: OwnService;
let stats: OwnService;
let admin: Connection;
beforeAll(async () => {
  admin = await connectAs();
  care = await ownService('care');
  stats = await ownService('stats');
  await care.start();
  await stats.start(toCare());
}, 180_000);
afterAll(async () => {
  await stats.drop();
  await care.drop();
  await admin.end();
}, 60_000);

const toCare = () => ({ CARE_URL: `http://127.0.0.1:${care.port}/graphql` });
const schemaOf = (service: OwnService) => service.auditSchema.replace(/_audit$/, '');
const visits = async () => {
  const [rows] = await admin.query(`SELECT COUNT(*) AS n FROM \`${schemaOf(stats)}\`.visit_fact`);
  return Number((rows as { n: number }[])[0]?.n);
};
const alarm = async () => (await stats.readiness()).warnings['events of care'];
const lag = async () => (await stats.readiness()).figures['events of care'];
const read = async () => {
  const [rows] = await admin.query(
    `SELECT seq FROM \`${schemaOf(stats)}\`.event_cursor WHERE producer = 'care'`,
  );
  return Number((rows as { seq: string }[])[0]?.seq);
};

/** What `npm start -- status` says of stats. */
function statusOfStats(): string {
  const script = `import { alarmsOf } from './deploy/local/alarms.mjs';
    console.log((await alarmsOf({ stats: ${stats.port} })).join('\\n'));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

/** So many patients check in, in a transaction each. */
async function checkIn(count: number): Promise<void> {
  const config = loadConfig('care', { ...environmentOf(inject('platformDir')), ...care.env });
  const redis = createRedis(config.redisStateUrl, 'request');
  const { db } = await openDatabase(config, { entities: [], migrations: [] }, redis);
  const outbox = new Outbox(
    'care',
    new FieldCipher(config.fieldKeys),
    new Wake(redis, redis),
    () => new Date(),
  );
  for (let visit = 0; visit < count; visit += 1) {
    const appointmentId = newId('apt');
    const payload = { ...fixtureOf('appointment.checked_in'), appointmentId };
    const about = { aggregateType: 'appointment', aggregateId: appointmentId, aggregateVersion: 1 };
    await db.transaction((tx) => outbox.add(tx, { ...about, type: 'appointment.checked_in', payload }));
  }
  await db.close();
  redis.disconnect();
}

test('a producer that is restored is an alarm of its reader, and a replay loses nothing', async () => {
  await checkIn(5);
  await until(async () => (await visits()) === 5 && (await read()) === 5, 30_000);
  await until(async () => JSON.stringify(await lag()) === '{"behind":0,"behindSeconds":0}', 30_000);
  expect(await alarm()).toBeUndefined();
  // Restored to when it had two events, with the epoch changed before it starts again.
  await care.kill();
  await admin.query(`DELETE FROM \`${schemaOf(care)}\`.outbox_event WHERE seq > 2`);
  await admin.query(`UPDATE \`${schemaOf(care)}\`.outbox_counter SET last_seq = 2`);
  expect(await care.run(['new-event-epoch'])).toMatchObject({ code: 0 });
  // A replica that lacks the restore has none of the numbers that the heartbeat has from here on.
  const [beats] = await admin.query(`SELECT beat FROM \`${schemaOf(care)}\`.replication_heartbeat`);
  expect(Number((beats as { beat: string }[])[0]?.beat)).toBeGreaterThan(1e12);
  await care.start();
  await checkIn(4);
  await until(async () => (await alarm()) === 'EVENT_EPOCH_CHANGED', 30_000);
  expect(await visits()).toBe(5);
  expect(statusOfStats()).toContain('stats: events of care: EVENT_EPOCH_CHANGED');
  const told = await stats.run(['events'], toCare());
  expect(told).toMatchObject({ code: 1 });
  expect(told.output).toMatch(/stats: events of care: read 5 of 6, epoch epo_\w+, 0 parked/);
  expect(told.output).toContain('EVENT_EPOCH_CHANGED: stats: events of care');
  const replayed = await stats.run(['replay-events', 'care'], toCare());
  expect(replayed).toMatchObject({ code: 0 });
  expect(replayed.output).toMatch(/goes on after 2 in epoch epo_\w+; 5 were read before/);
  // The three that the producer has lost stay known to the reader, and the four new ones are.
  await until(async () => (await visits()) === 9 && (await read()) === 6, 30_000);
  await until(async () => (await alarm()) === undefined);
  expect(await stats.run(['replay-events', 'care', '--from', '0'], toCare())).toMatchObject({ code: 0 });
  await until(async () => (await read()) === 6, 30_000);
  expect(await visits()).toBe(9);
}, 180_000);

test('what an operator gets wrong is refused', async () => {
  for (const args of [['users'], ['care', '--from', 'x'], ['care', '--from', '999999'], []]) {
    const { code, output } = await stats.run(['replay-events', ...args], toCare());
    expect(code, args.join(' ')).toBe(1);
    expect(output).toContain('CONFIG_INVALID');
  }
  const { code, output } = await stats.run(['retry-events', 'care', '--discard', 'evt_x'], toCare());
  expect({ code, isTold: output.includes('NOT_FOUND') }).toEqual({ code: 1, isTold: true });
  expect(await stats.run(['retry-events', 'care'], toCare())).toMatchObject({ code: 0 });
}, 120_000);
