import { join } from 'node:path';
import { type Connection, createConnection, escapeId } from 'mysql2/promise';
import { verifyAudit } from '../audit/audit-verifier.ts';
import { OutsideHead } from '../audit/outside-head.ts';
import type { SubgraphConfig, SubgraphName } from '../config/config.ts';
import { type DatabaseParts, sqlLogin } from '../db/data-source.ts';
import { leapHeartbeat } from '../db/heartbeat-leap.ts';
import { auditPlaceOf, type Foundation, layFoundation } from '../foundation/foundation.ts';
import { beginEventEpoch } from '../outbox/event-log.ts';
import { migrateSubgraph } from '../subgraph/serve.ts';
import { countRows } from './backup.ts';
import { epochOf, type EventEnds, followEpochs, readEventEnds } from './epochs.ts';
import { type KeptFiles, putFilesBack } from './file-copies.ts';
import { dumpFile, type Manifest, readManifest, refused } from './manifest.ts';
import { assertNobodyWorks, checkBackup, checkSchemas, PARTS, schemasOf } from './restore-check.ts';
import { baseTables } from './schema-dump.ts';
import { loadDump } from './schema-load.ts';
import { markRestore, UNFINISHED_RESTORE, unmarkRestore } from '../db/unfinished-restore.ts';

/** A restore of all subgraphs of one backup. */
interface Together {
  readonly restoreId: string;
  readonly ends: EventEnds;
}

/**
 * `restore <folder> [--replace] [--together <id>] [--check]`: makes a subgraph what it was when `<folder>/<subgraph>`
 * was taken, while none of its processes runs. Its events go on in a new epoch, so that no reader takes their numbers
 * for those of events that are gone, and the audit says that it was restored. What breaks off is served by nobody, and
 * can be begun again with `--replace`.
 * @param args with `--together` all subgraphs of the backup are restored under one name for this restore, and read on
 *   in each other's new epochs; with `--check` nothing is changed
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
  const together = await togetherOf(config, source, flags);
  const folder = join(source, config.name);
  const manifest = await readManifest(folder, config.name);
  const mayReplace = flags.includes('--replace');
  await checkBackup(config, database, folder, manifest);
  await withDdl(config, (connection) => checkSchemas(config, connection, manifest, mayReplace));
  if (flags.includes('--check')) return assertNobodyWorks(config);
  await replaceSchemas(config, folder, manifest);
  await migrateSubgraph(config, database);
  const { foundation, close } = await layFoundation(config, database, { isRestoring: true });
  try {
    const put = files === undefined ? 0 : await putFilesBack(files, folder, manifest.files);
    await beginAgain(foundation, manifest, together);
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

/** Undefined for a restore of one subgraph alone. @throws AppError RESTORE_REFUSED where the backup is not of all */
async function togetherOf(
  { urls }: SubgraphConfig,
  source: string,
  flags: readonly string[],
): Promise<Together | undefined> {
  const at = flags.indexOf('--together');
  if (at < 0) return undefined;
  const restoreId = flags[at + 1];
  if (restoreId === undefined) throw refused('--together names the restore');
  return { restoreId, ends: await readEventEnds(source, Object.keys(urls) as SubgraphName[]) };
}

async function replaceSchemas(config: SubgraphConfig, folder: string, manifest: Manifest): Promise<void> {
  const schemas = schemasOf(config);
  await withDdl(config, async (connection) => {
    await markRestore(connection, () => assertNobodyWorks(config));
    for (const part of PARTS) {
      await connection.query(`USE ${escapeId(schemas[part])}`);
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

/** A new epoch of events, and an audit entry that tells of the restore and of the chain that was given up by it. */
async function beginAgain(
  foundation: Foundation,
  manifest: Manifest,
  together: Together | undefined,
): Promise<void> {
  const { config, db, redis, audit, now } = foundation;
  const outside = new OutsideHead(redis, auditPlaceOf(config));
  const given = await outside.read();
  await outside.forget();
  await db.transaction(async (tx) => {
    const own = together && epochOf(together.restoreId, config.name);
    const epoch = await beginEventEpoch(tx, now(), own);
    if (together !== undefined) await followEpochs(tx, together.ends, together.restoreId);
    await leapHeartbeat(tx);
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
