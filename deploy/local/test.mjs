import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { installSystemPackages, mayInstall } from './apt.mjs';
import { ensureEngines } from './engines.mjs';
import { report } from './fail.mjs';
import { build, checkNode, installPackages, ROOT, run } from './packages.mjs';
import { find } from './programs.mjs';
import { say, step } from './progress.mjs';

const mysql = process.argv.includes('--mysql');
const rest = process.argv.slice(2).filter((each) => each !== '--mysql');

const chromium = () => find(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);

/** The browser of the browser tests, installed when that is possible. */
async function ensureBrowser() {
  const wanted = existsSync(`${ROOT}test/browser`) && readdirSync(`${ROOT}test/browser`).length > 0;
  if (wanted && !chromium() && mayInstall()) {
    await step('installing chromium', () => installSystemPackages(['chromium']));
  }
  if (wanted && !chromium())
    say('no Chromium here and none could be installed: the browser tests are skipped');
  return chromium();
}

/** @param {string} file what vitest reported @param {number} code its exit code */
function count(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {{status: string, assertionResults: unknown[]}[]} */
  const files = results.testResults;
  // A file that cannot even be loaded reports no test that failed.
  const broken = files.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  ).length;
  const failed = results.numFailedTests + broken;
  return { passed: results.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

async function main() {
  checkNode();
  await installPackages();
  const env = { ...process.env };
  if (mysql) {
    const { realMysql } = await import('./real-mysql.mjs');
    env.YEY_TEST_MYSQLD = process.env.MYSQLD || (await realMysql());
  }
  await ensureEngines({ database: !mysql, redis: true });
  if (!mysql) {
    const browser = await ensureBrowser();
    if (browser) env.YEY_CHROMIUM = browser;
  }
  await step('building', build);
  const dir = mkdtempSync(`${tmpdir()}/yey-results-`);
  const file = `${dir}/results.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const only = mysql && rest.every((each) => each.startsWith('-')) ? ['.db.test.ts'] : [];
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...only, ...rest];
  const { code } = await run(process.execPath, args, { show: true, env });
  const { passed, failed } = count(file, code);
  rmSync(dir, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main().catch((error) => {
  report(error);
  console.log('0 passed, 1 failed');
});
