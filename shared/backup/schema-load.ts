import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Connection } from 'mysql2/promise';

/** The last line of a dump: what does not end with it was cut off. */
export const DUMP_END = '-- end of the dump';

/**
 * Runs the statements of a dump, one a line, in the connection's default database.
 * @param file gzip of what `dumpSchema` gave, ended by {@link DUMP_END}
 * @throws Error when the file is cut off or no dump; what ran before stays
 */
export async function loadDump(connection: Connection, file: string): Promise<void> {
  await connection.query(
    "SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0, SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
  );
  let last = '';
  for await (const line of linesOf(file)) {
    if (last !== '') await connection.query(last);
    last = line;
  }
  if (last !== DUMP_END) throw new Error(`${file} is cut off`);
}

/** The lines of a compressed file; an error of the file or of its compression ends them by that error. */
async function* linesOf(file: string): AsyncGenerator<string, void, void> {
  const text: Readable = pipeline(createReadStream(file), createGunzip(), () => undefined);
  text.setEncoding('utf8');
  let rest = '';
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
