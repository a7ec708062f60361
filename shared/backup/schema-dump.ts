import type { Connection as CallbackConnection } from 'mysql2';
import { escape, escapeId, type Connection, type RowDataPacket } from 'mysql2/promise';

/** Statements stay well below the smallest default of `max_allowed_packet` (16 MiB on MariaDB). */
const MAX_STATEMENT_LENGTH = 256 * 1024;
/** Columns whose bytes are no text: they travel as hexadecimal literals. */
const BINARY_TYPES = /^(binary|varbinary|tinyblob|blob|mediumblob|longblob|bit|geometry|point)$/;

interface Column {
  readonly name: string;
  readonly isBinary: boolean;
}

/**
 * One schema as SQL, one statement a line, for the same engine: each table with its rows, which are those of the connection's transaction, so that the dump is of one moment when it began `WITH CONSISTENT SNAPSHOT`.
 * @param connection with the schema as its default database
 * @throws Error 1412 when a migration changes a table meanwhile
 */
export async function* dumpSchema(connection: Connection): AsyncGenerator<string, void, void> {
  for (const table of await baseTables(connection)) {
    const [[created]] = await connection.query<RowDataPacket[]>(`SHOW CREATE TABLE ${escapeId(table)}`);
    yield oneLine(String(created?.['Create Table']));
    yield* dumpRows(connection, table);
  }
}

/** The tables of a schema. That of its migrations is the last: a load that breaks off is no schema that anybody serves. */
export async function baseTables(connection: Connection): Promise<string[]> {
  const [found] = await connection.query<RowDataPacket[]>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
     ORDER BY table_name = 'schema_migration', table_name`,
  );
  return found.map(({ name }) => String(name));
}

async function* dumpRows(connection: Connection, table: string): AsyncGenerator<string, void, void> {
  const columns = await storedColumns(connection, table);
  const wanted = columns.map(({ name, isBinary }) => (isBinary ? `HEX(${escapeId(name)})` : escapeId(name)));
  const insert = `INSERT INTO ${escapeId(table)} (${columns.map(({ name }) => escapeId(name)).join(',')}) VALUES `;
  // The promise wrapper has no streams.
  const { connection: raw } = connection as Connection & { readonly connection: CallbackConnection };
  const rows = raw
    .query({
      sql: `SELECT ${wanted.join(',')} FROM ${escapeId(table)}`,
      rowsAsArray: true,
      // As the server wrote it: a number or a date that JavaScript rounds would not come back.
      typeCast: (field) => field.string(),
    })
    .stream();
  let statement = '';
  for await (const row of rows as AsyncIterable<(string | null)[]>) {
    const values = row.map((value, at) => literal(value, columns[at]?.isBinary === true));
    statement += `${statement === '' ? insert : ','}(${values.join(',')})`;
    if (statement.length < MAX_STATEMENT_LENGTH) continue;
    yield statement;
    statement = '';
  }
  if (statement !== '') yield statement;
}

/** The columns that hold something of their own: generated ones come back by themselves. */
async function storedColumns(connection: Connection, table: string): Promise<Column[]> {
  const [found] = await connection.query<RowDataPacket[]>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name = ? AND COALESCE(generation_expression, '') = ''
     ORDER BY ordinal_position`,
    [table],
  );
  return found.map(({ name, type }) => ({
    name: String(name),
    isBinary: BINARY_TYPES.test(String(type).toLowerCase()),
  }));
}

function literal(value: string | null, isBinary: boolean): string {
  if (value === null) return 'NULL';
  if (isBinary) return value === '' ? "''" : `X'${value}'`;
  return escape(value);
}

function oneLine(sql: string): string {
  return sql.replace(/\s*\r?\n\s*/g, ' ');
}
