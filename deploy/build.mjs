import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from './local/ports.mjs';
import { identify, isAlive } from './local/processes.mjs';

// Compiles what changed since the last time to dist/: the TypeScript with the files beside it, one bundle for each
// service, then the explorer.
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = `${ROOT}dist`;
const FOLDERS = ['router', 'shared', 'subgraphs', 'schema', 'test'];
const EXPLORER = 'router/explorer/';
const BUNDLE = 'deploy/bundle.mjs';
const VARIABLES = 'deploy/variables.mjs';
const ASSET = /\.(json|md|sql|html|graphql)$/;

/** The files of a folder, by their path from the root. @param {string} folder @returns {string[]} */
function filesOf(folder) {
  if (!existsSync(`${ROOT}${folder}`)) return [];
  return readdirSync(`${ROOT}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length).replaceAll('//', '/'))
    .sort();
}

/** @param {string[]} files */
function hashOf(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) {
    if (existsSync(`${ROOT}${file}`)) hash.update(`\0${file}\0`).update(readFileSync(`${ROOT}${file}`));
  }
  return hash.digest('hex');
}

/** Does the work unless its stamp tells that it was done. @param {string} name @param {string} hash @param {() => void} work */
function unlessDone(name, hash, work) {
  const stamp = `${DIST}/${name}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  rmSync(stamp, { force: true });
  work();
  writeFileSync(stamp, hash);
}

/** @param {string[]} args */
function node(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${args[0]} failed`);
}

/** Removes what was compiled from sources that are gone, so that nobody imports a ghost. */
function prune() {
  for (const folder of FOLDERS) {
    for (const file of filesOf(`dist/${folder}`)) {
      const source = file.slice('dist/'.length).replace(/\.js(\.map)?$/, '.ts');
      if (!file.includes(`dist/${EXPLORER}`) && source.endsWith('.ts') && !existsSync(`${ROOT}${source}`)) {
        rmSync(`${ROOT}${file}`);
      }
    }
  }
}

function build() {
  const all = FOLDERS.flatMap(filesOf).filter((file) => !file.startsWith(`${EXPLORER}client/`));
  const assets = all.filter((file) => ASSET.test(file) && !file.startsWith('test/'));
  const setup = ['tsconfig.json', 'package.json', 'package-lock.json'];
  const code = [
    ...setup,
    BUNDLE,
    VARIABLES,
    'vitest.config.ts',
    ...all.filter((file) => file.endsWith('.ts')),
    ...assets,
  ];
  unlessDone('.build-stamp', hashOf(code), () => {
    node(['node_modules/typescript/bin/tsc']);
    prune();
    for (const file of assets) cpSync(`${ROOT}${file}`, `${DIST}/${file}`);
    node([BUNDLE]);
    node([VARIABLES]);
  });
  if (existsSync(`${ROOT}${EXPLORER}build.mjs`)) {
    const parts = [...setup, ...filesOf(EXPLORER), ...filesOf('schema')];
    unlessDone('.explorer-stamp', hashOf(parts), () => node([`${EXPLORER}build.mjs`]));
  }
}

/** One build at a time: a start and a test run may begin together. @returns {boolean} */
function takeLock() {
  const mine = `${DIST}/.build-lock.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    linkSync(mine, `${DIST}/.build-lock`);
    return true;
  } catch {
    try {
      if (!isAlive(JSON.parse(readFileSync(`${DIST}/.build-lock`, 'utf8')))) rmSync(`${DIST}/.build-lock`);
    } catch {
      // It was given back in between.
    }
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

mkdirSync(DIST, { recursive: true });
if (!(await until(takeLock, 120_000))) throw new Error('another build has been going on for two minutes');
try {
  build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(`${DIST}/.build-lock`, { force: true });
}
