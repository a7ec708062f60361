import { expect, test } from 'vitest';
import { LastRuns } from '../../shared/jobs/last-runs.ts';

test('a job is as old as its last run that was noticed, whoever ran it', () => {
  let now = 0;
  const runs = new LastRuns(() => now);
  runs.seen('look', '7');
  now = 5000;
  runs.seen('look', '7');
  expect(runs.ageMs('look')).toBe(5000);
  runs.seen('look', '8');
  expect(runs.ageMs('look')).toBe(0);
  now = 9000;
  expect(runs.waitingMs('look')).toBe(4000);
});

test('a schedule that is made anew gets its time, but the job is no younger for it', () => {
  let now = 0;
  const runs = new LastRuns(() => now);
  runs.seen('look', undefined);
  now = 70_000;
  runs.scheduled('look');
  now = 71_000;
  runs.seen('look', undefined);
  expect(runs.waitingMs('look')).toBe(1000);
  expect(runs.ageMs('look')).toBe(71_000);
});

test('nothing is told of a job that nobody watches', () => {
  expect(new LastRuns().ageMs('none')).toBe(0);
});
