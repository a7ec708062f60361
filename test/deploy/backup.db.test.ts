import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walk } from '../journey/walk.ts';
import { readAttachment, uploadAttachment } from '../testkit/attachments.ts';
import { data } from '../testkit/client.ts';
import { logInAnew, newPhone } from '../testkit/login.ts';
import {
  demoAccounts,
  environmentOf,
  freePort,
  launcherEnvironment,
  type Platform,
  startPlatform,
  until,
} from '../testkit/platform.ts';
import { environmentsDuring } from '../testkit/process-environments.ts';
import { pdf } from '../testkit/sample-files.ts';
import { beginSilentSnapshot } from '../testkit/silent-snapshot.ts';

const SUBGRAPHS = ['care', 'pharmacy', 'stats', 'users'];
/** Who reads whose events. */
const READERS = [
  ['care', 'pharmacy'],
  ['pharmacy', 'care'],
  ['stats', 'care'],
  ['stats', 'pharmacy'],
] as const;

let dir: string;
let backups: string;
let platform: Platform;

beforeAll(async () => {
  dir = mkdtempSync(`${tmpdir()}/yey-restored-`);
  backups = mkdtempSync(`${tmpdir()}/yey-backups-`);
  platform = await startPlatform({}, dir);
}, 180_000);
afterAll(async () => {
  await platform.stop();
  rmSync(backups, { recursive: true, force: true });
}, 60_000);

interface Ended {
  readonly status: number;
  readonly text: string;
}

/** Runs the launcher on the data folder, to its end, in the shell of somebody who has a secret of their own. */
async function launch(...args: string[]): Promise<Ended> {
  const env = launcherEnvironment(dir, await freePort(), { OWN_SECRET: 'of-the-operator' });
  const child = spawn(process.execPath, ['deploy/local/index.mjs', ...args], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  return { status, text };
}

async function restoreAndStart(...args: string[]): Promise<void> {
  expect(await launch('restore', ...args)).toMatchObject({ status: 0 });
  platform = await startPlatform({}, dir);
}

async function journey(): Promise<void> {
  const sandboxUrl = environmentOf(dir).SANDBOX_URL ?? '';
  const lines: string[] = [];
  await walk(
    { url: platform.url, sandboxUrl, accounts: demoAccounts(dir) },
    { say: (line) => lines.push(line), patienceMs: 0 },
  ).catch((error: unknown) => {
    throw new Error(lines.slice(-12).join('\n'), { cause: error });
  });
}

async function expectChainsWhole(): Promise<void> {
  const { status, text } = await launch('run', 'all', 'verify-audit');
  expect({ status, text }).toMatchObject({ status: 0 });
  expect(text.match(/\b0 problems/g)).toHaveLength(4);
}

function onPrimary(): Promise<Connection> {
  const env = environmentOf(dir);
  return createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD ?? '',
  });
}

async function rows<T>(sql: string): Promise<T[]> {
  const connection = await onPrimary();
  try {
    return (await connection.query(sql))[0] as T[];
  } finally {
    await connection.end();
  }
}

interface Cursor {
  readonly producer: string;
  readonly seq: number | null;
  readonly lastSeq: number;
  readonly isInEpoch: number;
  readonly unnumbered: number;
  readonly alarm: string | null;
  readonly parked: number;
}

/** Where each reader stands with the events of each producer. */
async function cursors(): Promise<Cursor[]> {
  const each = READERS.map(
    ([reader, producer]) =>
      `SELECT '${reader}' AS reader, '${producer}' AS producer, c.seq, o.last_seq AS lastSeq, c.alarm,
         c.epoch = (SELECT epoch FROM yey_${producer}.outbox_epoch ORDER BY n DESC LIMIT 1) AS isInEpoch,
         (SELECT COUNT(*) FROM yey_${producer}.outbox_event WHERE seq IS NULL) AS unnumbered,
         (SELECT COUNT(*) FROM yey_${reader}.parked_event) AS parked
       FROM yey_${producer}.outbox_counter o
       LEFT JOIN yey_${reader}.event_cursor c ON c.producer = '${producer}' WHERE o.id = 1`,
  );
  const found = await rows<Cursor>(each.join(' UNION ALL '));
  expect(found).toHaveLength(READERS.length);
  return found;
}

/** Waits until every subgraph has read all events of the others, and none is alarmed. */
async function eventsAreRead(): Promise<void> {
  await until(async () => {
    const unread = (await cursors()).filter(
      ({ seq, lastSeq, isInEpoch, unnumbered, alarm, parked }) =>
        seq !== lastSeq || isInEpoch !== 1 || unnumbered > 0 || alarm !== null || parked > 0,
    );
    if (unread.length > 0) throw new Error(JSON.stringify(unread));
    return true;
  }, 60_000);
}

/** How many events a backup has of a subgraph. */
function eventsIn(backup: string, subgraph: string): number {
  const manifest = JSON.parse(readFileSync(`${backup}/${subgraph}/manifest.json`, 'utf8')) as {
    events: { lastSeq: number };
  };
  return manifest.events.lastSeq;
}

describe('a backup', () => {
  test('of everything is of one moment, and brings all of it back', async () => {
    await uploadAttachment(platform.url, dir, pdf);
    await journey();
    const { accountId, accessToken: token } = await logInAnew(newPhone(), platform);
    // Events are on their way between the subgraphs while it is made.
    const backup = launch('backup', `${backups}/all`);
    const [made, environments] = await Promise.all([
      backup,
      environmentsDuring(backup, 'backup', backups),
      journey(),
    ]);
    expect(made).toMatchObject({ status: 0 });
    expect(readdirSync(`${backups}/all`).sort()).toEqual(SUBGRAPHS);
    for (const file of ['data.sql.gz', 'audit.sql.gz', 'manifest.json']) {
      expect(statSync(`${backups}/all/users/${file}`).mode & 0o077, file).toBe(0);
    }
    expect(Object.keys(environments).sort()).toEqual(SUBGRAPHS);
    for (const [name, environment] of Object.entries(environments)) {
      expect(environment).not.toContain('OWN_SECRET');
      expect(environment).toContain('SQL_LOG_LEVEL=silent');
      const passwords = environment.match(/\b[A-Z]+(?=_DB_PASSWORD=)/g);
      expect(passwords).toEqual([name.toUpperCase()]);
    }
    const later = await logInAnew(newPhone(), platform);
    rmSync(`${dir}/files`, { recursive: true });
    // As somebody leaves it there who looked at it.
    writeFileSync(`${backups}/all/.DS_Store`, '');

    expect(await launch('stop')).toMatchObject({ status: 0 });
    await restoreAndStart(`${backups}/all`, '--replace');
    for (const { producer, seq, lastSeq } of await cursors()) {
      const backedUp = eventsIn(`${backups}/all`, producer);
      expect(backedUp).toBeGreaterThan(0);
      expect(lastSeq).toBeGreaterThanOrEqual(backedUp);
      expect(Number(seq)).toBeGreaterThan(0);
    }
    expect((await readAttachment(platform.url, dir)).equals(pdf)).toBe(true);
    const me = await data('{ me { id } }', {}, { url: platform.url, token });
    expect(me).toEqual({ me: { id: accountId } });
    await expect(data('{ me { id } }', {}, { url: platform.url, token: later.accessToken })).rejects.toThrow(
      'SESSION_ENDED',
    );
    await eventsAreRead();
  }, 240_000);

  test('of one subgraph stops those who read events that are gone, until they are told where to go on', async () => {
    expect(await launch('run', 'pharmacy', 'backup', `${backups}/one`)).toMatchObject({ status: 0 });
    await journey();
    await eventsAreRead();
    const epochsOfUsers = 'SELECT epoch FROM yey_users.outbox_epoch ORDER BY n';
    const epochs = await rows(epochsOfUsers);
    expect(await launch('stop')).toMatchObject({ status: 0 });
    cpSync(`${backups}/all`, `${backups}/broken`, { recursive: true });
    writeFileSync(`${backups}/broken/stats/data.sql.gz`, 'cut off');
    const refused = await launch('restore', `${backups}/broken`, '--replace');
    expect(refused.status).toBe(1);
    expect(refused.text).toMatch(/RESTORE_REFUSED: .*stats\/data.sql.gz is not what was backed up/);
    expect(refused.text).toMatch(/remedy: .*run the restore again with --replace/);
    expect(refused.text).not.toContain('--fresh');
    await restoreAndStart(`${backups}/one`, 'pharmacy', '--replace');
    // The restore that was refused replaced none of those that were whole.
    expect(await rows(epochsOfUsers)).toEqual(epochs);
    await until(async () => {
      const ofPharmacy = (await cursors()).filter(({ producer }) => producer === 'pharmacy');
      return ofPharmacy.every(({ alarm }) => alarm === 'EVENT_EPOCH_CHANGED');
    }, 60_000);
    expect(await launch('run', 'care', 'events')).toMatchObject({
      status: 1,
      text: expect.stringMatching(/^EVENT_EPOCH_CHANGED: /m) as string,
    });
    for (const reader of ['care', 'stats']) {
      expect(await launch('run', reader, 'replay-events', 'pharmacy')).toMatchObject({ status: 0 });
    }
    await eventsAreRead();
    await expectChainsWhole();
  }, 240_000);

  test('stops writes for seconds at most', async () => {
    const silent = await beginSilentSnapshot(environmentOf(dir), () =>
      rows('UPDATE yey_stats.outbox_counter SET last_seq = last_seq'),
    );
    expect(silent.text).toMatch(/^BACKUP_REFUSED: not all snapshots began within 5 s/);
    expect(silent.heldMs).toBeGreaterThan(3000);
    expect(silent.heldMs).toBeLessThan(6000);
    const busy = await onPrimary();
    busy.on('error', () => undefined);
    busy
      .query('UPDATE yey_stats.outbox_counter SET last_seq = last_seq WHERE SLEEP(30) = 1')
      .catch(() => undefined);
    const { text } = await beginSilentSnapshot(environmentOf(dir), async () => undefined);
    expect(text).toMatch(/^BACKUP_REFUSED: a statement is running that did not end within 2 s/);
    await rows(`KILL ${busy.threadId}`);
  }, 60_000);
});
