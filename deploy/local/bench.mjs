import { ensureEngines } from './engines.mjs';
import { report } from './fail.mjs';
import { build, checkNode, installPackages, ROOT, run } from './packages.mjs';
import { step } from './progress.mjs';

/** `npm run bench NAME`: a private platform, the benchmark in a process of its own, and nothing left behind. */
async function main() {
  checkNode();
  await installPackages();
  await ensureEngines({ database: true, redis: true });
  await step('building', build);
  const env = { ...process.env, SQL_LOG_LEVEL: 'silent' };
  const args = ['--enable-source-maps', `${ROOT}dist/test/bench/run.js`, ...process.argv.slice(2)];
  const { code } = await run(process.execPath, args, { show: true, env });
  process.exitCode = code;
}

await main().catch(report);
