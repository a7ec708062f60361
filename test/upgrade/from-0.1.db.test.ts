import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { walk } from '../journey/walk.ts';
import { data } from '../testkit/client.ts';
import { get } from '../testkit/files.ts';
import { demoAccounts, environmentOf, type Platform, startPlatform } from '../testkit/platform.ts';
import { asAdministrator } from '../testkit/rows.ts';
import { type OldInstallation, oldInstallation } from './installation.ts';
import { filesInClear, type OldFiles, putOldFiles } from './old-files.ts';
import { SCHEMAS } from './schemas.ts';

let old: OldInstallation;
let platform: Platform;
let files: OldFiles;

beforeAll(async () => {
  old = await oldInstallation('0.1');
  files = await onUpgraded((connection) => putOldFiles(connection, old.dir));
  expect(filesInClear(old.dir)).toHaveLength(2);
  platform = await startPlatform(old.env, old.dir);
}, 240_000);
afterAll(async () => {
  await platform?.stop();
  await old?.servers.stop();
  rmSync(old.dir, { recursive: true, force: true });
}, 60_000);

const tokenOf = (person: string) => demoAccounts(old.dir).find(({ name }) => name === person)?.token ?? '';

async function onUpgraded<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const login = { user: 'yey_admin', password: old.servers.adminPassword };
  const connection = await createConnection({ host: '127.0.0.1', port: old.servers.primary, ...login });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

/** What a server says of its columns and indexes, one line each. */
async function shapeOf(connection: Connection): Promise<string[]> {
  const [columns] = await connection.query<RowDataPacket[]>(
    `SELECT CONCAT_WS(' ', table_schema, table_name, column_name, column_type, is_nullable, column_default,
       collation_name, extra) AS line FROM information_schema.columns WHERE table_schema IN (?)`,
    [SCHEMAS],
  );
  const [indexes] = await connection.query<RowDataPacket[]>(
    `SELECT CONCAT_WS(' ', table_schema, table_name, index_name, non_unique, index_type,
       GROUP_CONCAT(column_name ORDER BY seq_in_index)) AS line
     FROM information_schema.statistics WHERE table_schema IN (?)
     GROUP BY table_schema, table_name, index_name, non_unique, index_type`,
    [SCHEMAS],
  );
  return [...columns, ...indexes].map(({ line }) => String(line)).toSorted();
}

describe('an installation of release 0.1', () => {
  test('has the schema of a new one after its migration', async () => {
    const upgraded = await onUpgraded(shapeOf);
    expect(upgraded.length).toBeGreaterThan(500);
    expect(upgraded).toEqual(await asAdministrator(shapeOf));
  });

  test('shows its people what they had written', async () => {
    const { myPatients } = await data(
      '{ myPatients { name archive { version } } }',
      {},
      { url: platform.url, token: tokenOf('张伟') },
    );
    expect(myPatients).toContainEqual({ name: '张伟', archive: { version: expect.any(Number) } });
    const [visit] = await onUpgraded(async (connection) => {
      const [found] = await connection.query<RowDataPacket[]>(
        'SELECT DISTINCT consultation_id AS id FROM yey_care.chat_message',
      );
      return found;
    });
    const { consultation } = await data(
      'query ($id: ID!) { consultation(id: $id) { messages(first: 3) { body } } }',
      { id: visit?.id },
      { url: platform.url, token: tokenOf('刘雅琴') },
    );
    const written = { body: expect.stringMatching(/\p{Script=Han}/u) };
    expect(consultation).toMatchObject({ messages: expect.arrayContaining([written]) });
  });

  test('keeps no message and no file in clear, and still shows them', async () => {
    const left = await onUpgraded(async (connection) => {
      const [messages] = await connection.query<RowDataPacket[]>(
        "SELECT COUNT(*) AS n, SUM(is_encrypted = 0 OR body NOT LIKE 'v1.%') AS clear FROM yey_care.chat_message",
      );
      const [rows] = await connection.query<RowDataPacket[]>(
        `SELECT stored_as, file_key FROM yey_care.attachment WHERE id = ?
         UNION ALL SELECT stored_as, file_key FROM yey_users.licence_document WHERE id = ?`,
        [files.attachmentId, files.documentId],
      );
      return { messages: messages[0], rows };
    });
    expect(Number(left.messages?.n)).toBeGreaterThan(0);
    expect(Number(left.messages?.clear)).toBe(0);
    const encrypted = { stored_as: expect.any(String), file_key: expect.stringMatching(/^v1\./) };
    expect(left.rows).toEqual([encrypted, encrypted]);
    expect(filesInClear(old.dir)).toEqual([]);

    const token = tokenOf('刘雅琴');
    const { consultation } = await data(
      'query ($id: ID!) { consultation(id: $id) { attachments { id downloadUrl fileName } } }',
      { id: files.consultationId },
      { url: platform.url, token },
    );
    const { attachments } = consultation as { attachments: { id: string; downloadUrl: string }[] };
    const url = attachments.find(({ id }) => id === files.attachmentId)?.downloadUrl ?? '';
    expect((await get(url, token, platform.url)).bytes.equals(files.content)).toBe(true);
  });

  test('lets an old grant be revoked where it is shown', async () => {
    const accountId = stableId('acc', 'demo-doctor-01');
    const admin = { url: platform.url, token: tokenOf('郑管理') };
    const held = async () => {
      const query = 'query ($id: ID!) { account(id: $id) { grants { role scope scopeId } } }';
      const { account } = await data(query, { id: accountId }, admin);
      const { grants } = account as { grants: { role: string; scope: string; scopeId: string }[] };
      return grants.filter(({ role }) => role === 'DOCTOR');
    };
    const [shown, ...more] = await held();
    expect(shown).toMatchObject({ scope: 'HOSPITAL' });
    expect(more).toEqual([]);
    await data(
      'mutation ($input: ChangeGrantInput!) { revokeRole(input: $input) { id } }',
      { input: { accountId, ...shown } },
      admin,
    );
    expect(await held()).toEqual([]);
    const [rows] = await onUpgraded((connection) =>
      connection.query<RowDataPacket[]>(
        "SELECT scope FROM yey_users.role_grant WHERE account_id = ? AND role = 'DOCTOR'",
        [accountId],
      ),
    );
    expect(rows).toEqual([]);
  });

  test('keeps audit chains without a gap', () => {
    const { stdout, stderr, status } = spawnSync(
      'npm',
      ['start', '--silent', '--', 'run', 'all', 'verify-audit'],
      { env: { ...process.env, ...old.env, YEY_DATA_DIR: old.dir }, encoding: 'utf8' },
    );
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
    expect(stdout.match(/\b0 problems/g)).toHaveLength(4);
  }, 60_000);

  test('carries the whole journey', async () => {
    const sandboxUrl = environmentOf(old.dir).SANDBOX_URL ?? '';
    const lines: string[] = [];
    await walk(
      { url: platform.url, sandboxUrl, accounts: demoAccounts(old.dir) },
      { say: (line) => lines.push(line), patienceMs: 0 },
    ).catch((error: unknown) => {
      throw new Error(lines.slice(-12).join('\n'), { cause: error });
    });
    expect(inject('platformUrl')).not.toBe(platform.url);
  }, 120_000);
});
