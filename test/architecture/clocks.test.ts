import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Why a file looks at the machine's clock itself, which may step. */
const ALLOWED: Record<string, string> = {
  'shared/clock/steady-clock.ts': 'it is the clock that all others use instead',
  'shared/jobs/jobs.ts': 'BullMQ decides by it when a run is due',
  'subgraphs/users/token/key-ring-file.ts': 'it compares with the time of a file',
};

const files = ['router', 'shared', 'subgraphs', 'deploy/local'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => `${root}/${name}`)
    .filter((name) => /\.(ts|mjs)$/.test(name)),
);

/** Files in which the clock of the machine is read. */
const reading = (named: readonly string[], textOf: (file: string) => string) =>
  named.filter((file) => /\bDate\.now\b|\bnew Date\(\)|\bulid\(undefined|\bhrtime\b/.test(textOf(file)));

test('time comes from the steady clock, durations from the monotonic one', () => {
  const found = reading(files, (file) => readFileSync(file, 'utf8'));
  expect(found.toSorted((a, b) => a.localeCompare(b))).toEqual(Object.keys(ALLOWED));
});

test('a file that reads the clock of the machine is found', () => {
  const planted = { 'a.ts': 'const now = Date.now();', 'b.ts': 'return new Date();', 'c.ts': 'new Date(0)' };
  expect(reading(Object.keys(planted), (file) => planted[file as keyof typeof planted])).toEqual([
    'a.ts',
    'b.ts',
  ]);
});
