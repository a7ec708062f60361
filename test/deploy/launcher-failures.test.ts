import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Asks the launcher's own check about a version of Node that is not here. */
function checkNode(version: string) {
  const script = `
    import { checkNode } from './deploy/local/packages.mjs';
    import { report } from './deploy/local/fail.mjs';
    try { checkNode('${version}'); } catch (error) { report(error); }`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

test.each(['16.20.2', '18.20.8', '20.18.3', '0.12.0'])('Node %s is told to be too old', (version) => {
  const { status, stderr } = checkNode(version);
  expect(stderr).toMatch(/^NODE_TOO_OLD: .*20\.19.*\nremedy: .+/m);
  expect(stderr).toContain(version);
  expect(status).toBe(1);
});

test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('Node %s is good enough', (version) => {
  expect(checkNode(version)).toEqual({ status: 0, stderr: '' });
});

test('what runs before the check is understood by an old Node', () => {
  // Modules are linked as a whole before the first line runs: a name that an old Node lacks would be all that is seen.
  const later = /\b(statfsSync|statfs|cpSync|styleText|parseArgs|toReversed|toSorted)\b/;
  for (const name of ['index', 'packages', 'fail', 'progress', 'state', 'ports', 'processes', 'screen']) {
    const imports = readFileSync(`deploy/local/${name}.mjs`, 'utf8').match(/^import [^;]*;/gm) ?? [];
    expect(
      imports.filter((each) => later.test(each)),
      name,
    ).toEqual([]);
  }
});

describe('npm', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(`${tmpdir()}/yey-npm-`);
    // A checkout without node_modules, so that packages must be installed.
    cpSync('deploy', `${root}/deploy`, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) cpSync(name, `${root}/${name}`);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Starts the launcher with an npm that fails as it does in earnest. */
  function startWith(output: string, code: number) {
    mkdirSync(`${root}/npm`);
    writeFileSync(`${root}/npm/package.json`, '{"type":"commonjs"}');
    const npm = `${root}/npm/npm-cli.js`;
    const said = `${root}/said.json`;
    writeFileSync(
      npm,
      `require('fs').writeFileSync(${JSON.stringify(said)}, JSON.stringify(process.argv.slice(2)));
       process.stderr.write(${JSON.stringify(output)}); process.exit(${code});`,
    );
    const { status, stderr } = spawnSync(process.execPath, [`${root}/deploy/local/index.mjs`], {
      env: { PATH: process.env.PATH, YEY_DATA_DIR: `${root}/data`, npm_execpath: npm },
      encoding: 'utf8',
    });
    return { status, stderr, args: JSON.parse(readFileSync(said, 'utf8')) as string[] };
  }

  test.each([
    [
      'npm error code EACCES\nnpm error syscall mkdir\nnpm error path /root/.npm/_cacache/tmp\nnpm error errno -13\nnpm error Your cache folder contains root-owned files\n',
      243,
    ],
    ['npm ERR! code EROFS\nnpm ERR! rofs Often virtualized file systems are not writable.\n', 1],
    ['npm error code EPERM\nnpm error path /home/somebody/.npm\n', 243],
  ])('that may not write its cache is told apart, with the remedy', (output, code) => {
    const { status, stderr, args } = startWith(output, code);
    expect(args[0]).toBe('ci');
    expect(stderr).toMatch(/^NPM_CACHE_NOT_WRITABLE: npm err.*\nremedy: .*npm_config_cache=/im);
    expect(status).toBe(1);
    expect(existsSync(`${root}/data/launcher.lock`)).toBe(false);
  });

  test('that fails otherwise is told with what it said', () => {
    const { status, stderr } = startWith('npm error code ENOTFOUND\nnpm error network request failed\n', 1);
    expect(stderr).toMatch(/^NPM_FAILED: npm error code ENOTFOUND.*\nremedy: .+/m);
    expect(status).toBe(1);
  });
});
