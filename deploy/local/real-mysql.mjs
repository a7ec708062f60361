import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { report, SetupError } from './fail.mjs';
import { run } from './packages.mjs';
import { step } from './progress.mjs';

// Debian stable carries only MariaDB, its development branch carries MySQL, built against a newer C library. This
// unpacks that server with its libraries into a private folder, and a script starts it with its own loader.
const HOME = process.env.YEY_MYSQL_HOME || `${process.env.XDG_CACHE_HOME || `${homedir()}/.cache`}/yey-mysql`;
const WRAPPER = `${HOME}/mysqld`;

/** @param {string} cause */
const unavailable = (cause) =>
  new SetupError('MYSQL_UNAVAILABLE', cause, 'point MYSQLD at the mysqld of a MySQL 8.0 or newer');

const works = () => existsSync(WRAPPER) && spawnSync(WRAPPER, ['--version']).status === 0;

/** The first Debian mirror that apt knows here. @returns {string | undefined} */
function mirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : []),
  ];
  for (const file of files.filter((each) => existsSync(each))) {
    const found = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(\w+:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(
      readFileSync(file, 'utf8'),
    );
    if (found) return found[1];
  }
  return undefined;
}

async function unpack() {
  const source = mirror();
  if (!source) throw unavailable('apt knows no Debian mirror here');
  for (const dir of ['lists/partial', 'cache/archives/partial', 'debs', 'root']) {
    mkdirSync(`${HOME}/${dir}`, { recursive: true });
  }
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(`${HOME}/sources.list`, `deb [signed-by=${keys}] ${source} sid main\n`);
  const own = ['SourceList', 'SourceParts'].map(
    (key) => `Dir::Etc::${key}=${key === 'SourceList' ? `${HOME}/sources.list` : '/dev/null'}`,
  );
  const options = [
    ...own,
    `Dir::State::Lists=${HOME}/lists`,
    `Dir::Cache=${HOME}/cache`,
    'APT::Sandbox::User=root',
  ];
  const apt = ['-qq', ...options.flatMap((option) => ['-o', option])];
  const must = async (/** @type {string} */ command, /** @type {string[]} */ args) => {
    const { code, output } = await run(command, args, { cwd: `${HOME}/debs` });
    if (code !== 0) throw unavailable(output.trim().split('\n').slice(-3).join(' | '));
    return output;
  };
  await must('apt-get', [...apt, 'update']);
  const no = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const depends = await must('apt-cache', [...apt, 'depends', '--recurse', ...no, 'mysql-server-core']);
  const skipped = /^(debconf|cdebconf|dpkg|tar$)|perl/;
  const packages = [
    ...new Set(depends.split('\n').filter((line) => /^\w/.test(line) && !skipped.test(line))),
  ];
  await must('apt-get', [...apt, 'download', ...packages]);
  for (const deb of readdirSync(`${HOME}/debs`)) await must('dpkg', ['-x', deb, `${HOME}/root`]);
  for (const dir of ['debs', 'cache', 'lists']) rmSync(`${HOME}/${dir}`, { recursive: true });
  writeWrapper();
  if (!works()) throw unavailable('the unpacked server does not start');
}

function writeWrapper() {
  const libraries = `${HOME}/root/usr/lib`;
  const triplet = readdirSync(libraries).find((name) => name.endsWith('-linux-gnu')) ?? '';
  const loader = readdirSync(`${libraries}/${triplet}`).find((name) => /^ld-linux.*\.so/.test(name));
  const lines = [
    '#!/bin/sh',
    `root='${HOME}/root'; lib="$root/usr/lib/${triplet}"`,
    `exec "$lib/${loader}" --library-path "$lib:$lib/mysql/private" "$root/usr/sbin/mysqld" --no-defaults \\`,
    '  --basedir="$root/usr" --plugin-dir="$root/usr/lib/mysql/plugin" --lc-messages-dir="$root/usr/share/mysql" \\',
    '  --character-sets-dir="$root/usr/share/mysql/charsets" --secure-file-priv=NULL "$@"',
  ];
  writeFileSync(WRAPPER, `${lines.join('\n')}\n`, { mode: 0o755 });
}

/** A genuine MySQL server, unpacked privately without installing anything. @returns {Promise<string>} the path of its mysqld */
export async function realMysql() {
  if (!works()) {
    rmSync(HOME, { recursive: true, force: true });
    await step('unpacking a MySQL server', unpack);
  }
  return WRAPPER;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await realMysql().then((path) => console.log(path), report);
}
