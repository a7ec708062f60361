import { type Connection, createConnection, escapeId, type RowDataPacket } from 'mysql2/promise';
import type { SubgraphConfig } from '../config/config.ts';
import { createDataSource, type DatabaseParts, sqlLogin } from '../db/data-source.ts';
import { engineOf } from './backup.ts';
import { checkFiles } from './file-copies.ts';
import { assertKeys } from './key-check.ts';
import { dumpFile, type Manifest, refused, type SchemaPart, sha256OfFile } from './manifest.ts';
import { baseTables } from './schema-dump.ts';

/** The order in which the schemas are restored. */
export const PARTS: readonly SchemaPart[] = ['audit', 'data'];

/** The name of each schema of a subgraph. */
export const schemasOf = ({ database }: SubgraphConfig): Record<SchemaPart, string> => ({
  data: database.schema,
  audit: database.auditSchema,
});

/** Whether a backup is whole, and one that this release reads with these keys. @throws AppError RESTORE_REFUSED */
export async function checkBackup(
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

/** Whether it may go into the schemas of a subgraph. @throws AppError RESTORE_REFUSED */
export async function checkSchemas(
  config: SubgraphConfig,
  connection: Connection,
  manifest: Manifest,
  mayReplace: boolean,
): Promise<void> {
  const engine = await engineOf(connection);
  if (engine !== manifest.engine) throw refused(`it comes from ${manifest.engine}, this is ${engine}`);
  if (mayReplace) return;
  for (const schema of Object.values(schemasOf(config))) {
    await connection.query(`USE ${escapeId(schema)}`);
    const tables = await baseTables(connection);
    if (tables.length > 0) throw refused(`${schema} is not empty; --replace gives up what it holds`);
  }
}

/** An account sees its own connections: those of a subgraph's processes are of its application's account. */
export async function assertNobodyWorks({ name, database }: SubgraphConfig): Promise<void> {
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
