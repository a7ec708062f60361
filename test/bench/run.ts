import { looseLimits } from '../testkit/loose-limits.ts';
import { startPlatform } from '../testkit/platform.ts';
import { benchEvents } from './events/index.ts';
import { benchUsers } from './users/index.ts';

/** @param only the figures to measure; all of them if none are named */
type Bench = (place: { url: string; dir: string }, only: readonly string[]) => Promise<void>;

const benches: Record<string, Bench> = { users: benchUsers, events: benchEvents };

async function main([name = '', ...only]: string[]): Promise<number> {
  const bench = benches[name];
  if (!bench) {
    console.error(`npm run bench NAME [FIGURE…]; there is: ${Object.keys(benches).join(', ')}`);
    return 1;
  }
  const platform = await startPlatform({ ...looseLimits, LOG_LEVEL: 'error', SQL_LOG_LEVEL: 'silent' });
  try {
    await bench(platform, only);
  } finally {
    await platform.stop();
  }
  return 0;
}

process.exit(await main(process.argv.slice(2)));
