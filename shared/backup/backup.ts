import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Connection, createConnection, escapeId, type RowDataPacket } from 'mysql2/promise';
import { processClock } from '../clock/steady-clock.ts';
import type { SubgraphConfig } from '../config/config.ts';
import { sqlLogin } from '../db/data-source.ts';
import { AppError } from '../errors/app-error.ts';
import { copyFiles, type KeptFiles } from './file-copies.ts';
import { makeKeyCheck } from './key-check.ts';
import {
  dumpFile,
  hasManifest,
  type Manifest,
  type SchemaPart,
  sha256OfFile,
  writeManifest,
} from './manifest.ts';
import { baseTables, dumpSchema } from './schema-dump.ts';
import { DUMP_END } from './schema-load.ts';
import { assertRestoreEnded } from '../db/unfinished-restore.ts';

/**
 * `backup <folder> [--together]`: everything of one subgraph into `<folder>/<subgraph>` while it runs. Schema and audit
 * schema are of one moment; files are copied after it, so that none is missing which a row names. Keys are not in it.
 * @param args with `--together` it says `ready`, waits for a line on standard input, begins its snapshot and says
 *   `snapshot`, so that somebody can let several begin at one moment
 * @throws AppError BACKUP_REFUSED; RESTORE_UNFINISHED for a schema whose restore broke off
 */
export async function backupCommand(
  config: SubgraphConfig,
  files: KeptFiles | undefined,
  args: readonly string[],
): Promise<void> {
  const [target, ...flags] = args;
  if (target === undefined || target.startsWith('-')) throw refusal('name the folder to back up to');
  const folder = join(target, config.name);
  if (await hasManifest(folder)) throw refusal(`${folder} holds a backup already`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const login = sqlLogin(config.database, config.database.primaryUrl, 'read-only');
  const connection = await createConnection({ ...login, charset: 'utf8mb4', dateStrings: true });
  const { schema, auditSchema } = config.database;
  const find = async (sql: string, values: string[]) =>
    (await connection.query<RowDataPacket[]>(sql, values))[0];
  try {
    if (flags.includes('--together')) await waitForTheOthers();
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    // Also one that has begun while this one waited for the others.
    await assertRestoreEnded(find, schema);
    const takenAt = processClock.now().toISOString();
    if (flags.includes('--together')) console.log('snapshot');
    const data = await dumpTo(connection, schema, folder, 'data');
    const migrations = await migrationsOf(connection);
    const events = await eventsOf(connection);
    const audit = await dumpTo(connection, auditSchema, folder, 'audit');
    const engine = await engineOf(connection);
    const copied = files === undefined ? [] : await copyFiles(files, folder);
    // One that began meanwhile dropped tables that this snapshot had not read yet.
    await assertRestoreEnded(find, schema);
    const { name: subgraph } = config;
    await writeManifest(folder, {
      format: 1,
      subgraph,
      engine,
      takenAt,
      keyCheck: makeKeyCheck(config),
      events,
      migrations,
      data,
      audit,
      files: copied,
    });
    const rows = [data, audit].flatMap((each) => Object.values(each.rows)).reduce((sum, n) => sum + n, 0);
    console.log(`${config.name}: ${rows} rows and ${copied.length} files in ${folder}`);
  } finally {
    connection.destroy();
  }
}

async function dumpTo(
  connection: Connection,
  schema: string,
  folder: string,
  part: SchemaPart,
): Promise<Manifest[SchemaPart]> {
  await connection.query(`USE ${escapeId(schema)}`);
  const file = dumpFile(folder, part);
  const lines = async function* () {
    for await (const statement of dumpSchema(connection)) yield `${statement}\n`;
    yield `${DUMP_END}\n`;
  };
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600 }));
  return { sha256: await sha256OfFile(file), rows: await countRows(connection) };
}

/** The rows of every table of the connection's schema, in its transaction. */
export async function countRows(connection: Connection): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await baseTables(connection)) {
    const [[found]] = await connection.query<RowDataPacket[]>(`SELECT COUNT(*) AS n FROM ${escapeId(table)}`);
    counts[table] = Number(found?.n);
  }
  return counts;
}

async function migrationsOf(connection: Connection): Promise<string[]> {
  const [found] = await connection.query<RowDataPacket[]>('SELECT name FROM schema_migration ORDER BY id');
  return found.map(({ name }) => String(name));
}

async function eventsOf(connection: Connection): Promise<Manifest['events']> {
  const [[last]] = await connection.query<RowDataPacket[]>(
    `SELECT epoch, (SELECT last_seq FROM outbox_counter WHERE id = 1) AS last_seq
     FROM outbox_epoch ORDER BY n DESC LIMIT 1`,
  );
  return { epoch: String(last?.epoch), lastSeq: Number(last?.last_seq) };
}

export async function engineOf(connection: Connection): Promise<Manifest['engine']> {
  const [[found]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  return String(found?.version).includes('MariaDB') ? 'mariadb' : 'mysql';
}

async function waitForTheOthers(): Promise<void> {
  console.log('ready');
  const input = createInterface({ input: process.stdin });
  await new Promise<void>((resolve, reject) => {
    input.once('line', () => resolve());
    input.once('close', () => reject(refusal('nobody said when to begin')));
  });
  input.close();
}

function refusal(reason: string): AppError {
  return new AppError('BACKUP_REFUSED', { reason });
}
