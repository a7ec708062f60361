import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BeatLog } from '../../shared/db/beat-log.ts';

test('the age of what a replica has is never told younger than it may be', () => {
  const looks = fc.array(
    fc.record({ pause: fc.integer({ min: 1, max: 2000 }), way: fc.integer({ min: 0, max: 300 }) }),
    {
      minLength: 1,
      maxLength: 50,
    },
  );
  fc.assert(
    fc.property(looks, fc.nat(), (steps, pick) => {
      const log = new BeatLog();
      const committed: number[] = [];
      let now = 0;
      for (const { pause, way } of steps) {
        now += pause;
        const sentAt = now;
        // Committed at some moment between question and answer.
        committed.push(now + way / 2);
        now += way;
        log.note(committed.length, sentAt, now);
      }
      const beat = (pick % committed.length) + 1;
      const oldest = now - (committed[beat - 1] ?? 0);
      expect(log.ageMs(beat, now)).toBeGreaterThanOrEqual(oldest);
      expect(log.ageMs(beat, now)).toBeLessThanOrEqual(oldest + 150);
    }),
  );
});

test('nothing is known of a replica that has less than we ever saw', () => {
  const log = new BeatLog();
  expect(log.ageMs(3, 0)).toBe(Number.POSITIVE_INFINITY);
  log.note(10, 1000, 1010);
  expect(log.ageMs(9, 2000)).toBe(Number.POSITIVE_INFINITY);
  expect(log.ageMs(10, 2000)).toBe(1000);
  expect(log.ageMs(12, 2000)).toBe(1000);
});

test('a primary that counts anew makes what was known before worthless', () => {
  const log = new BeatLog();
  log.note(100, 1000, 1010);
  log.note(5, 2000, 2010);
  expect(log.ageMs(4, 3000)).toBe(Number.POSITIVE_INFINITY);
  expect(log.ageMs(5, 3000)).toBe(1000);
});

test('since when a replica lacks a beat is told', () => {
  const log = new BeatLog();
  log.note(1, 0, 10);
  log.note(2, 300, 310);
  log.note(3, 600, 610);
  expect(log.lacksSince(3)).toBeUndefined();
  expect(log.lacksSince(1)).toBe(310);
});
