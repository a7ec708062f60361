import { join } from 'node:path';
import { type Connection, createConnection, escapeId, type RowDataPacket } from 'mysql2/promise';
import { verifyAudit } from '../audit/audit-verifier.ts';
import { OutsideHead } from '../audit/outside-head.ts';
import type { SubgraphConfig } from '../config/config.ts';
import { createDataSource, type DatabaseParts, sqlLogin } from '../db/data-source.ts';
import { auditPlaceOf, type Foundation, layFoundation } from '../foundation/foundation.ts';
import { beginEventEpoch } from '../outbox/event-log.ts';
import { migrateSubgraph } from '../subgraph/serve.ts';
import { countRows, engineOf } from './backup.ts';
import { epochOf, followEpochs } from './epochs.ts';
import { checkFiles, type KeptFiles, putFilesBack } from './file-copies.ts';
import { assertKeys } from './key-check.ts';
import { dumpFile, type Manifest, readManifest, refused, type SchemaPart, sha256OfFile } from './manifest.ts';
import { baseTables } from './schema-dump.ts';
import { loadDump } from './schema-load.ts';
import { markRestore, UNFINISHED_RESTORE, unmarkRestore } from './unfinished-restore.ts';

const PARTS: readonly SchemaPart[] = ['audit', 'data'];

/**
 * `restore <folder> [--replace] [--together <id>]`: makes a subgraph what it was when `<folder>/<subgraph>` was taken,
 * while none of its processes runs. Its events go on in a new epoch, so that no reader takes their numbers for those of
 * events that are gone, and the audit says that it was restored. What breaks off is served by nobody, and can be begun
 * again with `--replace`.
 * @param args with `--together` all subgraphs of the backup are restored under one name for this restore, and read on
 *   in each other's new epochs
 * @throws AppError RESTORE_REFUSED before anything was changed
 */
export async function restoreCommand(
  config: SubgraphConfig,
  database: DatabaseParts,
  files: KeptFiles | undefined,
  args: readonly string[],
): Promise<void> {
  const [source, ...flags] = args;
  if (source === undefined || source.startsWith('-')) throw refused('name the folder of the backup');
  const at = flags.indexOf('--together');
  const restoreId = at < 0 ? undefined : flags[at + 1];
  const folder = join(source, config.name);
  const manifest = await readManifest(folder, config.name);
  await checkBackup(config, database, folder, manifest);
  await replaceSchemas(config, folder, manifest, flags.includes('--replace'));
  await migrateSubgraph(config, database);
  const { foundation, close } = await layFoundation(config, database);
  try {
    const put = files === undefined ? 0 : await putFilesBack(files, folder, manifest.files);
    await beginAgain(foundation, manifest, source, restoreId);
    await withDdl(config, unmarkRestore);
    const { chained, problems } = await chainState(foundation);
    for (const problem of problems) console.error(`AUDIT_BROKEN: ${config.name}: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
    console.log(
      `${config.name}: as of ${manifest.takenAt}; ${chained} audit entries chained, ${put} files put back`,
    );
  } finally {
    await close();
  }
}

/** Looks at everything that can be looked at before the first table goes. */
async function checkBackup(
  config: SubgraphConfig,
  database: DatabaseParts,
  folder: string,
  manifest: Manifest,
): Promise<void> {
  for (const part of PARTS) {
    const found = await sha256OfFile(dumpFile(folder, part)).catch(() => undefined);
    if (found !== manifest[part].sha256) throw refused(`${dumpFile(folder, part)} is not what was backed up`);
  }
  assertKeys(config, manifest.keyCheck);
  await checkFiles(folder, manifest.files);
  const source = createDataSource(config.database, config.database.primaryUrl, 'ddl', database);
  await source.initialize();
  const known = new Set(source.migrations.map((each) => each.name ?? each.constructor.name));
  await source.destroy();
  const unknown = manifest.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0) throw refused(`it comes from a newer release, which has ${unknown.join(', ')}`);
}

async function replaceSchemas(
  config: SubgraphConfig,
  folder: string,
  manifest: Manifest,
  mayReplace: boolean,
): Promise<void> {
  const { schema, auditSchema } = config.database;
  await assertNobodyWorks(config);
  await withDdl(config, async (connection) => {
    const engine = await engineOf(connection);
    if (engine !== manifest.engine) throw refused(`it comes from ${manifest.engine}, this is ${engine}`);
    const places = { data: schema, audit: auditSchema };
    for (const part of PARTS) {
      await connection.query(`USE ${escapeId(places[part])}`);
      const tables = await baseTables(connection);
      if (tables.length > 0 && !mayReplace) {
        throw refused(`${places[part]} is not empty; --replace gives up what it holds`);
      }
    }
    await connection.query(`USE ${escapeId(schema)}`);
    await markRestore(connection);
    for (const part of PARTS) {
      await connection.query(`USE ${escapeId(places[part])}`);
      await dropTables(connection);
      await loadDump(connection, dumpFile(folder, part));
      await assertRows(connection, manifest[part].rows);
    }
  });
}

/** Work with the account that may change the schema, which is the default database. */
async function withDdl(
  { database }: SubgraphConfig,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  const login = sqlLogin(database, database.primaryUrl, 'ddl');
  const connection = await createConnection({ ...login, database: database.schema, charset: 'utf8mb4' });
  try {
    await work(connection);
  } finally {
    await connection.end();
  }
}

async function dropTables(connection: Connection): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks = 0');
  for (const table of await baseTables(connection)) {
    if (table !== UNFINISHED_RESTORE) await connection.query(`DROP TABLE ${escapeId(table)}`);
  }
}

async function assertRows(connection: Connection, expected: Record<string, number>): Promise<void> {
  const { [UNFINISHED_RESTORE]: _marker, ...found } = await countRows(connection);
  const wrong = Object.keys({ ...expected, ...found }).filter((table) => found[table] !== expected[table]);
  if (wrong.length > 0) throw refused(`rows are missing after the restore of ${wrong.join(', ')}`);
}

/** An account sees its own connections: those of a subgraph's processes are of its application's account. */
async function assertNobodyWorks({ name, database }: SubgraphConfig): Promise<void> {
  const connection = await createConnection(sqlLogin(database, database.primaryUrl, 'app'));
  try {
    const [found] = await connection.query<RowDataPacket[]>(
      'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = ?',
      [database.schema],
    );
    if (Number(found[0]?.n) > 0) throw refused(`a process of ${name} is running; stop it first`);
  } finally {
    await connection.end();
  }
}

/** A new epoch of events, and an audit entry that tells of the restore and of the chain that was given up by it. */
async function beginAgain(
  foundation: Foundation,
  manifest: Manifest,
  source: string,
  restoreId: string | undefined,
): Promise<void> {
  const { config, db, redis, audit, now } = foundation;
  const outside = new OutsideHead(redis, auditPlaceOf(config));
  const given = await outside.read();
  await outside.forget();
  await db.transaction(async (tx) => {
    const epoch = await beginEventEpoch(tx, now(), restoreId && epochOf(restoreId, config.name));
    if (restoreId !== undefined) await followEpochs(tx, source, restoreId);
    await audit.record(tx, {
      actor: { kind: 'service', name: 'restore' },
      action: 'backup.restore',
      subjectType: 'Subgraph',
      subjectId: config.name,
      detail: { takenAt: manifest.takenAt, epoch, chainUntil: given?.seq ?? 0 },
    });
  });
}

async function chainState({ config, db, redis }: Foundation) {
  const { sealed: chained, problems } = await verifyAudit(db, redis, auditPlaceOf(config));
  return { chained, problems };
}
