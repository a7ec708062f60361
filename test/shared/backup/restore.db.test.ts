import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupCommand } from '../../../shared/backup/backup.ts';
import { restoreCommand } from '../../../shared/backup/restore.ts';
import { markRestore, unmarkRestore } from '../../../shared/db/unfinished-restore.ts';
import { loadConfig, type SubgraphConfig } from '../../../shared/config/config.ts';
import { sqlLogin } from '../../../shared/db/data-source.ts';
import { migrateSubgraph } from '../../../shared/subgraph/serve.ts';
import { database } from '../../../subgraphs/stats/datasource.ts';
import { ownSchema, type OwnSchema } from '../../testkit/own-schema.ts';
import { asAdministrator, rows } from '../../testkit/rows.ts';

let own: OwnSchema;
let env: Record<string, string>;
let config: SubgraphConfig;
let folder: string;
let good: string;
beforeAll(async () => {
  own = await ownSchema('stats');
  // A Redis database of its own: the head of an audit chain stands there by the name of the subgraph.
  const redis = (own.env.REDIS_STATE_URL ?? '').replace(/\/0$/, '/5');
  env = { ...own.env, REDIS_STATE_URL: redis, STATS_PORT: '0' };
  config = loadConfig('stats', env);
  folder = mkdtempSync(`${tmpdir()}/yey-restore-`);
  good = `${folder}/good`;
  await setBeat(5);
  await backup(good);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await own.drop();
});

const run = (...args: string[]) => own.run(args, env);
const backup = (...args: string[]) => backupCommand(config, undefined, args);
const restore = (...args: string[]) => restoreCommand(config, database, undefined, args);

/** That a command does nothing, and says why. */
async function expectRefused(command: Promise<void>, code: string, reason: string): Promise<void> {
  await expect(command).rejects.toMatchObject({
    code,
    params: { reason: expect.stringContaining(reason) as string },
  });
}

const schema = () => config.database.schema;
const setBeat = (beat: number) =>
  asAdministrator((admin) => admin.query(`UPDATE ${schema()}.replication_heartbeat SET beat = ?`, [beat]));

interface KnownOfManifest {
  subgraph: string;
  data: { sha256: string };
}

/** A copy of the good backup as that of a subgraph, not quite the same. */
function copy(
  name: string,
  change: (manifest: KnownOfManifest) => void = () => undefined,
  of = 'stats',
): string {
  const file = `${folder}/${name}/${of}/manifest.json`;
  cpSync(`${good}/stats`, `${folder}/${name}/${of}`, { recursive: true });
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as KnownOfManifest;
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
  return `${folder}/${name}`;
}

/** Its last statement before the migrations fails, under a digest that is right. */
function brokenCopy(): string {
  const file = `${folder}/broken/stats/data.sql.gz`;
  return copy('broken', ({ data }) => {
    const lines = gunzipSync(readFileSync(file)).toString().split('\n');
    const at = lines.findIndex((line) => line.startsWith('CREATE TABLE `schema_migration`'));
    lines.splice(at, 0, 'INSERT INTO nowhere VALUES (1)');
    writeFileSync(file, gzipSync(lines.join('\n')));
    data.sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  });
}

const epochs = async () => (await rows(`SELECT epoch FROM ${schema()}.outbox_epoch`)).length;

test('what is not whole, not ours or would replace something is refused', async () => {
  await expectRefused(backup(good), 'BACKUP_REFUSED', 'holds a backup already');
  await expectRefused(restore(good), 'RESTORE_REFUSED', 'is not empty; --replace');
  await expectRefused(restore(`${folder}/none`), 'RESTORE_REFUSED', 'no finished backup');
  const swapped = copy('swapped', (manifest) => (manifest.subgraph = 'care'));
  await expectRefused(restore(swapped), 'RESTORE_REFUSED', 'is a backup of care');
  const cut = copy('cut');
  writeFileSync(`${cut}/stats/data.sql.gz`, 'cut off');
  await expectRefused(restore(cut, '--replace'), 'RESTORE_REFUSED', 'not what was backed up');
  await restore(good, '--replace', '--check');
  expect(await epochs()).toBe(1);
});

test('a restore of all is refused when one of them has no backup, and minds nothing else that lies there', async () => {
  const all = copy('all');
  for (const name of ['users', 'care']) copy('all', (manifest) => (manifest.subgraph = name), name);
  writeFileSync(`${all}/.DS_Store`, '');
  const args = [all, '--replace', '--together', 'once'];
  await expectRefused(restore(...args), 'RESTORE_REFUSED', 'all/pharmacy holds no finished backup');
  expect(await epochs()).toBe(1);
  copy('all', (manifest) => (manifest.subgraph = 'pharmacy'), 'pharmacy');
  await restore(...args);
  expect(await epochs()).toBe(2);
}, 60_000);

test('a restore that broke off is neither served nor backed up until it has come to its end', async () => {
  await expect(restore(brokenCopy(), '--replace')).rejects.toThrow('nowhere');
  // Also when somebody makes the rest of the schema.
  await migrateSubgraph(config, database).catch(() => undefined);
  const served = await run('serve');
  expect(served.output).toMatch(/^RESTORE_UNFINISHED: /m);
  expect(served.code).toBe(1);
  await expect(backup(`${folder}/half`)).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
  await restore(good, '--replace');
  const { code, output } = await run('verify-audit');
  expect(output).toContain(' 0 problems');
  expect(code).toBe(0);
}, 120_000);

test('the heartbeat of a restored primary is one that no replica of before has', async () => {
  await setBeat(1000);
  await restore(good, '--replace');
  const [row] = await rows(`SELECT beat FROM ${schema()}.replication_heartbeat`);
  expect(Number(row?.beat)).toBeGreaterThan(1000);
}, 60_000);

test('while a process works on the schema nothing is replaced, and no mark stays', async () => {
  const login = sqlLogin(config.database, config.database.primaryUrl, 'app');
  const working = await createConnection({ ...login, database: schema() });
  try {
    await expectRefused(restore(good, '--replace'), 'RESTORE_REFUSED', 'a process of stats is running');
    expect(await rows(`SHOW TABLES FROM ${schema()} LIKE 'unfinished_restore'`)).toEqual([]);
  } finally {
    await working.end();
  }
});

test('a schema is marked before anybody looks who works on it', async () => {
  await asAdministrator(async (admin) => {
    await admin.query(`USE ${schema()}`);
    const marks = async () => (await admin.query("SHOW TABLES LIKE 'unfinished_restore'"))[0] as unknown[];
    const busy = async () => {
      expect(await marks()).toHaveLength(1);
      throw new Error('busy');
    };
    await expect(markRestore(admin, busy)).rejects.toThrow('busy');
    expect(await marks()).toEqual([]);
    await markRestore(admin, async () => undefined);
    // What broke off before is not over by another try that is refused.
    await expect(markRestore(admin, busy)).rejects.toThrow('busy');
    expect(await marks()).toHaveLength(1);
    await unmarkRestore(admin);
  });
});
