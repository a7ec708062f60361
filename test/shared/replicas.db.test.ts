import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createDataSource } from '../../shared/db/data-source.ts';
import { ReplicaSet } from '../../shared/db/replica-set.ts';
import { until } from '../testkit/platform.ts';
import { as, openReplicated, type Replicated } from '../testkit/replicated.ts';

/** The bound itself, two seconds, is held to in `replica-lag.test.ts`; this machine does much else meanwhile. */
const EJECTED_WITHIN_MS = 4000;
const BOUND_MS = 5000;
let sut: Replicated;
let last = 0;

beforeAll(async () => {
  sut = await openReplicated();
}, 120_000);
afterEach(async () => {
  await sut.control.follow();
  await until(() => sut.replicas.report()[0]?.state === 'SERVING', 60_000);
});
afterAll(() => sut.close());

const state = () => sut.replicas.report()[0]?.state;

/** Writes a row for somebody. @returns its number */
async function write(accountId: string): Promise<number> {
  const id = (last += 1);
  await as(accountId, () =>
    sut.db.transaction(async (tx) => tx.manager.query('INSERT INTO paper VALUES (?)', [id])),
  );
  return id;
}

/** The last row that somebody sees, each time in a request of its own. */
const seenBy = (accountId: string) =>
  as(accountId, async () => {
    const [row] = await sut.db.read<{ id: string | null }[]>((manager) =>
      manager.query('SELECT MAX(id) AS id FROM paper'),
    );
    return Number(row?.id ?? 0);
  });

/** Polls for so many seconds. */
async function during(seconds: number, look: () => Promise<void>): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await look();
    await delay(100);
  }
}

test.each(['stopApplying', 'stopReceiving'] as const)(
  'a replica that has stopped (%s) answers nobody any more, and comes back by itself',
  async (stop) => {
    expect(await sut.answersTo()).toBe(sut.ports.replica);
    await sut.control[stop]();
    const stoppedAt = performance.now();
    await until(async () => (await sut.answersTo()) === sut.ports.primary, EJECTED_WITHIN_MS);
    console.log(`${stop}: ejected after ${Math.round(performance.now() - stoppedAt)} ms`);
    expect(state()).toBe('STOPPED');
    expect(sut.replicas.problem()).toBe(`answer no reads: 127.0.0.1:${sut.ports.replica} (STOPPED)`);
    await sut.control.follow();
    await until(async () => (await sut.answersTo()) === sut.ports.replica, 30_000);
    expect(sut.replicas.problem()).toBeUndefined();
  },
  60_000,
);

test('with a replica that is thirty seconds late authors see what they wrote all the time', async () => {
  await sut.control.delay(30);
  const id = await write('acc_author');
  await during(15, async () => expect(await seenBy('acc_author')).toBe(id));
}, 60_000);

test('with a replica that is thirty seconds late nobody gets data older than the bound', async () => {
  const written: { id: number; at: number }[] = [];
  await sut.control.delay(30);
  await during(12, async () => {
    written.push({ id: await write('acc_author'), at: performance.now() });
    const askedAt = performance.now();
    const owed = written.findLast((each) => askedAt - each.at >= BOUND_MS)?.id ?? 0;
    expect(await seenBy('acc_reader')).toBeGreaterThanOrEqual(owed);
  });
  expect(['STOPPED', 'BEHIND']).toContain(state());
}, 60_000);

test('a replica that is late by less than the bound goes on answering, but not its author', async () => {
  await sut.control.delay(2);
  await until(() => (sut.replicas.report()[0]?.lagMs ?? 0) > 2000 && state() === 'SERVING', 20_000);
  const id = await write('acc_author');
  await during(4, async () => expect(await seenBy('acc_author')).toBe(id));
  await until(async () => (await sut.answersTo()) === sut.ports.replica);
}, 60_000);

test('an author whose position Redis refused sees what they wrote', async () => {
  await sut.control.delay(2);
  await until(() => (sut.replicas.report()[0]?.lagMs ?? 0) > 1000 && state() === 'SERVING', 20_000);
  vi.spyOn(sut.redis, 'eval').mockRejectedValueOnce(new Error('refused'));
  const id = await write('acc_refused');
  await during(4, async () => expect(await seenBy('acc_refused')).toBe(id));
}, 60_000);

test('reads of a server that hangs go to the primary, those under way too, until it is back', async () => {
  const pid = Number(readFileSync(await sut.control.pidFile(), 'utf8'));
  const sleeping = as('anonymous', () =>
    sut.db.read<{ port: string }[]>((manager) => manager.query('SELECT SLEEP(1.5), @@port AS port')),
  );
  process.kill(pid, 'SIGSTOP');
  try {
    await until(() => state() === 'UNREACHABLE', EJECTED_WITHIN_MS);
    expect(Number((await sleeping)[0]?.port)).toBe(sut.ports.primary);
    expect(await sut.answersTo()).toBe(sut.ports.primary);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await until(async () => (await sut.answersTo()) === sut.ports.replica, 30_000);
}, 60_000);

test('replicas come and go as the topology says', async () => {
  const { database } = sut.config;
  const nothing = { entities: [], migrations: [] };
  const primary = createDataSource(database, database.primaryUrl, 'app', nothing);
  await primary.initialize();
  let urls: string[] = [];
  const set = new ReplicaSet({
    topology: { replicas: async () => urls },
    primary,
    connect: (url) => createDataSource(database, url, 'read-only', nothing),
    maxLagMs: BOUND_MS,
  });
  set.start();
  try {
    await set.look();
    expect(await set.pick(undefined)).toBeUndefined();
    urls = [...database.replicaUrls, 'mysql://127.0.0.1:1'];
    await until(async () => (await set.pick(undefined)) !== undefined, 30_000);
    await until(() => set.report()[1]?.state === 'UNREACHABLE', 30_000);
    expect(set.report()).toMatchObject([{ state: 'SERVING' }, { replica: '127.0.0.1:1', lagMs: null }]);
    urls = [];
    await until(async () => (await set.pick(undefined)) === undefined);
    expect(set.report()).toEqual([]);
  } finally {
    await set.close();
    await primary.destroy();
  }
}, 60_000);
