import { expect, test } from 'vitest';
import { fakeReplication } from '../testkit/fake-replication.ts';

const EJECTED_WITHIN_MS = 2000;
const LOOK_MS = 300;

type Fake = ReturnType<typeof fakeReplication>;
const state = ({ set }: Fake) => set.report()[0]?.state;

/** A replica that answers, and has for a while. */
async function serving(maxLagMs: number): Promise<Fake> {
  const fake = fakeReplication(maxLagMs);
  await fake.pass(6000);
  expect(state(fake)).toBe('SERVING');
  expect(fake.set.problem()).toBeUndefined();
  return fake;
}

test.each([0, 50, 100, 150, 200, 299])(
  'a replica that stops %i ms after a look answers nobody two seconds later',
  async (phase) => {
    const fake = await serving(5000);
    await fake.pass(phase);
    fake.isApplying = false;
    await fake.pass(EJECTED_WITHIN_MS);
    expect(state(fake)).toBe('STOPPED');
    fake.isApplying = true;
    await fake.pass(2 * LOOK_MS);
    expect(state(fake)).toBe('SERVING');
  },
);

test.each([2000, 5000, 10_000])(
  'a replica answers while it is no more than %i ms behind',
  async (maxLagMs) => {
    const fake = await serving(maxLagMs);
    // What it applies is as old as the last look at the primary at most.
    fake.delayMs = maxLagMs - 2 * LOOK_MS;
    await fake.pass(3 * maxLagMs);
    expect(state(fake)).toBe('SERVING');
    expect(fake.set.report()[0]?.lagMs).toBeGreaterThanOrEqual(fake.delayMs);
    fake.delayMs = maxLagMs + LOOK_MS;
    await fake.pass(3 * maxLagMs);
    expect(state(fake)).toBe('BEHIND');
  },
);

test('while the heartbeat fails no replica answers for longer than it may be behind', async () => {
  const fake = await serving(5000);
  fake.primaryAnswers = 'others';
  await fake.pass(LOOK_MS);
  // It stops with all that anybody knows of, so that nothing but the time tells.
  fake.isApplying = false;
  expect(fake.set.problem()).toContain('is not known');
  await fake.pass(5000);
  expect(state(fake)).toBe('BEHIND');
  fake.primaryAnswers = 'all';
  fake.isApplying = true;
  await fake.pass(2 * LOOK_MS);
  expect(state(fake)).toBe('SERVING');
  expect(fake.set.problem()).toBeUndefined();
});

test('while the primary answers nobody replicas go on, and it is said that their age is not known', async () => {
  const fake = await serving(5000);
  fake.primaryAnswers = 'none';
  await fake.pass(60_000);
  expect(state(fake)).toBe('SERVING');
  expect(fake.set.problem()).toContain('is not known');
});
