import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
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
import { pdf } from '../testkit/sample-files.ts';

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

/** Runs the launcher on the data folder, to its end. */
async function launch(...args: string[]): Promise<Ended> {
  const env = launcherEnvironment(dir, await freePort());
  const child = spawn(process.execPath, ['deploy/local/index.mjs', ...args], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  return { status, text };
}

async function restoreAndStart(...args: string[]): Promise<void> {
  expect(await launch('stop')).toMatchObject({ status: 0 });
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

interface CursorRow extends RowDataPacket {
  readonly isRead: number;
  readonly alarm: string | null;
  readonly parked: number;
}

/** Where each reader stands with the events of each producer. */
async function cursors(): Promise<CursorRow[]> {
  const env = environmentOf(dir);
  const connection = await createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD ?? '',
  });
  try {
    const found: CursorRow[] = [];
    for (const [reader, producer] of READERS) {
      const [rows] = await connection.query<CursorRow[]>(
        `SELECT ? AS reader, c.producer, c.alarm, (SELECT COUNT(*) FROM yey_${reader}.parked_event) AS parked,
           c.seq = o.last_seq
             AND NOT EXISTS (SELECT 1 FROM yey_${producer}.outbox_event WHERE seq IS NULL) AS isRead
         FROM yey_${reader}.event_cursor c JOIN yey_${producer}.outbox_counter o ON o.id = 1
         WHERE c.producer = ?`,
        [reader, producer],
      );
      found.push(...rows);
    }
    return found;
  } finally {
    await connection.end();
  }
}

/** Waits until every subgraph has read all events of the others, and none is alarmed. */
async function eventsAreRead(): Promise<void> {
  await until(async () => {
    const unread = (await cursors()).filter(
      ({ isRead, alarm, parked }) => isRead !== 1 || alarm !== null || parked !== 0,
    );
    if (unread.length > 0) throw new Error(JSON.stringify(unread));
    return true;
  }, 60_000);
}

describe('a backup', () => {
  test('of everything is of one moment, and brings all of it back', async () => {
    await uploadAttachment(platform.url, dir, pdf);
    await journey();
    const { accountId, accessToken: token } = await logInAnew(newPhone(), platform);
    // Events are on their way between the subgraphs while it is made.
    const [made] = await Promise.all([launch('backup', `${backups}/all`), journey()]);
    expect(made).toMatchObject({ status: 0 });
    expect(readdirSync(`${backups}/all`).sort()).toEqual(['care', 'pharmacy', 'stats', 'users']);
    for (const file of ['data.sql.gz', 'audit.sql.gz', 'manifest.json']) {
      expect(statSync(`${backups}/all/users/${file}`).mode & 0o077, file).toBe(0);
    }
    const later = await logInAnew(newPhone(), platform);
    rmSync(`${dir}/files`, { recursive: true });

    await restoreAndStart(`${backups}/all`, '--replace');
    expect((await readAttachment(platform.url, dir)).equals(pdf)).toBe(true);
    const me = await data('{ me { id } }', {}, { url: platform.url, token });
    expect(me).toEqual({ me: { id: accountId } });
    await expect(data('{ me { id } }', {}, { url: platform.url, token: later.accessToken })).rejects.toThrow(
      'SESSION_ENDED',
    );
    await eventsAreRead();
    await journey();
    await eventsAreRead();
    await expectChainsWhole();
  }, 240_000);

  test('of one subgraph stops those who read events that are gone, until they are told where to go on', async () => {
    expect(await launch('run', 'pharmacy', 'backup', `${backups}/one`)).toMatchObject({ status: 0 });
    await journey();
    await eventsAreRead();
    await restoreAndStart(`${backups}/one`, 'pharmacy', '--replace');
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

  test('is refused where it is not whole, not ours, or would replace what is there', async () => {
    const refusal = async (...args: string[]) => {
      const { status, text } = await launch('run', 'stats', ...args);
      expect(status).toBe(1);
      return text;
    };
    const source = `${backups}/all/stats`;
    expect(await refusal('backup', `${backups}/all`)).toMatch(/^BACKUP_REFUSED: .*holds a backup already/m);
    expect((await launch('backup', `${backups}/all`)).text).toMatch(/^BACKUP_REFUSED: .*is not empty/m);
    expect(await refusal('restore', `${backups}/all`, '--replace')).toMatch(
      /^RESTORE_REFUSED: .*a process of stats is running/m,
    );
    expect(await refusal('restore', `${backups}/none`)).toMatch(/^RESTORE_REFUSED: .*no finished backup/m);
    cpSync(`${backups}/all/care`, `${backups}/swapped/stats`, { recursive: true });
    expect(await refusal('restore', `${backups}/swapped`)).toMatch(/^RESTORE_REFUSED: .*a backup of care/m);
    cpSync(source, `${backups}/cut/stats`, { recursive: true });
    writeFileSync(`${backups}/cut/stats/data.sql.gz`, 'cut off');
    expect(await refusal('restore', `${backups}/cut`)).toMatch(/^RESTORE_REFUSED: .*not what was backed up/m);
    expect(await launch('stop')).toMatchObject({ status: 0 });
    const unasked = await launch('restore', `${backups}/all`, 'stats');
    expect(unasked.status).toBe(1);
    expect(unasked.text).toMatch(/RESTORE_REFUSED: .*is not empty; --replace/);
  }, 120_000);
});
