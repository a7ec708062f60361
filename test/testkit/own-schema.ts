import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { environmentOf } from './platform.ts';
import { asAdministrator } from './rows.ts';

interface Ended {
  readonly code: number;
  readonly output: string;
}

export interface OwnSchema {
  /** With which a process of the subgraph works on these schemas. */
  readonly env: Record<string, string>;
  readonly auditSchema: string;
  /** Runs a command of the subgraph to its end, as an operator does. */
  readonly run: (args: string[], more?: Record<string, string>) => Promise<Ended>;
  readonly drop: () => Promise<void>;
}

/** Empty schemas for one subgraph beside those of the platform, migrated, without a service and without demo data. */
export async function ownSchema(subgraph: string): Promise<OwnSchema> {
  const upper = subgraph.toUpperCase();
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const auditSchema = `${schema}_audit`;
  const user = `yey_${subgraph}`;
  await asAdministrator(async (connection) => {
    for (const name of [schema, auditSchema]) {
      await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
      await connection.query(`GRANT ALL ON ${name}.* TO '${user}_ddl'@'%'`);
    }
    await connection.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${schema}.* TO '${user}'@'%'`);
    await connection.query(`GRANT SELECT, INSERT ON ${auditSchema}.* TO '${user}'@'%'`);
  });
  const env: Record<string, string> = {
    ...environmentOf(inject('platformDir')),
    [`${upper}_SCHEMA`]: schema,
    [`${upper}_AUDIT_SCHEMA`]: auditSchema,
    DATABASE_REPLICA_URLS: '',
    SQL_LOG_LEVEL: 'silent',
  };
  const run = (args: string[], more: Record<string, string> = {}) =>
    new Promise<Ended>((resolve) => {
      const child = execFile(
        process.execPath,
        [`dist/subgraphs/${subgraph}/index.js`, ...args],
        { env: { ...process.env, ...env, ...more } },
        (_error, stdout, stderr) => resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
      );
    });
  const migrated = await run(['migrate']);
  if (migrated.code !== 0) throw new Error(migrated.output);
  const drop = () =>
    asAdministrator(async (connection) => {
      for (const name of [schema, auditSchema]) await connection.query(`DROP DATABASE ${name}`);
    });
  return { env, auditSchema, run, drop };
}
