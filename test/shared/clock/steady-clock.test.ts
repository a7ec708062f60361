import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { SteadyClock } from '../../../shared/clock/steady-clock.ts';

const START = 1_800_000_000_000;
const HOUR = 3_600_000;
let wall: number;
let monotonic: number;
let clock: SteadyClock;

beforeEach(() => {
  wall = START;
  monotonic = 5000;
  clock = new SteadyClock({ wall: () => wall, monotonic: () => monotonic });
});

/** Lets time go by, as both clocks show it. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 1000) {
    const step = Math.min(1000, left);
    wall += step;
    monotonic += step;
    clock.ms();
  }
}

test('it shows the time of the machine', () => {
  expect(clock.ms()).toBe(START);
  pass(90_500);
  expect(clock.now()).toEqual(new Date(START + 90_500));
});

test('an hour ahead for fourteen seconds and back changes nothing, and is told meanwhile', () => {
  pass(1000);
  wall += HOUR;
  expect(clock.ms()).toBe(START + 1000);
  pass(14_000);
  expect(clock.ms()).toBe(START + 15_000);
  expect(clock.stepMs).toBe(HOUR);
  wall -= HOUR;
  expect(clock.ms()).toBe(START + 15_000);
  expect(clock.stepMs).toBe(0);
  pass(120_000);
  expect(clock.ms()).toBe(wall);
});

test.each([HOUR, -HOUR])('a step of %i ms that lasts for a minute is followed', (step) => {
  wall += step;
  pass(59_000);
  expect(clock.ms()).toBe(wall - step);
  pass(2000);
  expect(clock.ms()).toBe(wall);
  expect(clock.stepMs).toBe(0);
});

test('a clock that steps again and again is followed once it stands still', () => {
  for (let count = 0; count < 5; count += 1) {
    wall += HOUR;
    pass(30_000);
  }
  expect(clock.ms()).toBe(wall - 5 * HOUR);
  pass(60_000);
  expect(clock.ms()).toBe(wall);
});

test('what a time service corrects little by little is followed at once, however much it adds up to', () => {
  for (let count = 0; count < 100; count += 1) {
    wall += 200;
    pass(1000);
    expect(clock.ms()).toBe(wall);
  }
});

test('it never steps by more than half a second within a minute of any step', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -HOUR, max: HOUR }), { maxLength: 30 }), (steps) => {
      let at = START;
      let passed = 0;
      const each = new SteadyClock({ wall: () => at + passed, monotonic: () => passed });
      let before = each.ms();
      for (const step of steps) {
        at += step;
        passed += 1000;
        const shown = each.ms();
        expect(Math.abs(shown - before - 1000)).toBeLessThanOrEqual(501);
        before = shown;
      }
    }),
  );
});
