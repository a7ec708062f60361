import { existsSync } from 'node:fs';
import { demoAccounts, environmentOf } from '../testkit/platform.ts';
import { walk } from './walk.ts';
import { Astray } from './walker.ts';

/** `npm run journey`: walks the patient's whole journey against the platform that runs here. */
async function main(): Promise<number> {
  const dir = process.env.YEY_DATA_DIR || '.data';
  if (!existsSync(`${dir}/demo.json`)) {
    console.error('NOT_RUNNING: no platform runs on these data\nremedy: start it with npm start');
    return 1;
  }
  const { SANDBOX_URL = '', ROUTER_URL = '' } = environmentOf(dir);
  const began = Date.now();
  try {
    await walk(
      { url: ROUTER_URL, sandboxUrl: SANDBOX_URL, accounts: demoAccounts(dir) },
      { say: (line) => console.log(line), patienceMs: 0 },
    );
  } catch (error) {
    if (!(error instanceof Astray)) throw error;
    console.error(`\nASTRAY: ${error.message}`);
    return 1;
  }
  console.log(`\nThe whole journey was walked in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  return 0;
}

process.exitCode = await main();
