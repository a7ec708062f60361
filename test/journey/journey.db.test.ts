import { inject, test } from 'vitest';
import { demoAccounts, environmentOf } from '../testkit/platform.ts';
import { walk } from './walk.ts';

test('a patient walks the whole journey, twice', async () => {
  const dir = inject('platformDir');
  const places = {
    url: inject('platformUrl'),
    sandboxUrl: environmentOf(dir).SANDBOX_URL ?? '',
    accounts: demoAccounts(dir),
  };
  for (const round of [1, 2]) {
    const lines: string[] = [`round ${round}`];
    await walk(places, { say: (line) => lines.push(line), patienceMs: 0 }).catch((error: unknown) => {
      throw new Error(lines.slice(-12).join('\n'), { cause: error });
    });
  }
}, 120_000);
