import { createWriteStream, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { dumpSchema } from '../../shared/backup/schema-dump.ts';
import { DUMP_END } from '../../shared/backup/schema-load.ts';
import { environmentOf } from '../testkit/platform.ts';
import { SCHEMAS } from './schemas.ts';

/**
 * Keeps the data of a platform that runs here as the fixture of a release: `node dist/test/upgrade/make-fixture.js
 * DATA_DIR VERSION`, once on each engine. Its secrets are those of a throw-away installation and no others.
 */
async function main(dir: string, version: string): Promise<void> {
  const env = environmentOf(dir);
  const folder = `test/upgrade/${version}`;
  mkdirSync(folder, { recursive: true });
  const connection = await createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD ?? '',
    dateStrings: true,
  });
  const [[found]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  const engine = String(found?.version).includes('MariaDB') ? 'mariadb' : 'mysql';
  await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  await pipeline(
    Readable.from(linesOf(connection)),
    createGzip({ level: 9 }),
    createWriteStream(`${folder}/${engine}.sql.gz`),
  );
  await connection.end();
  const secrets = JSON.parse(readFileSync(`${dir}/secrets.json`, 'utf8')) as Record<string, string>;
  writeFileSync(`${folder}/${engine}.secrets.json`, `${JSON.stringify(secrets, null, 2)}\n`);
  if (existsSync(`${dir}/files`)) cpSync(`${dir}/files`, `${folder}/${engine}.files`, { recursive: true });
}

async function* linesOf(connection: Connection): AsyncGenerator<string> {
  for (const schema of SCHEMAS) {
    yield `USE \`${schema}\`\n`;
    await connection.query(`USE \`${schema}\``);
    for await (const statement of dumpSchema(connection)) yield `${statement}\n`;
  }
  yield `${DUMP_END}\n`;
}

const [dir = '.data', version = ''] = process.argv.slice(2);
await main(dir, version);
