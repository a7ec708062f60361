import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { environmentOf } from './platform.ts';
import { asAdministrator } from './rows.ts';
import { dropSchemas, makeSchemas } from './schemas.ts';

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
  await asAdministrator((connection) => makeSchemas(connection, subgraph, schema));
  const env: Record<string, string> = {
    ...environmentOf(inject('platformDir')),
    [`${upper}_SCHEMA`]: schema,
    [`${upper}_AUDIT_SCHEMA`]: auditSchema,
    DATABASE_REPLICA_URLS: '',
    FILES_DIR: `${inject('platformDir')}/files`,
    SQL_LOG_LEVEL: 'silent',
  };
  const run = (args: string[], more: Record<string, string> = {}) =>
    new Promise<Ended>((resolve) => {
      const child = execFile(
        process.execPath,
        [`dist/bundle/${subgraph}.js`, ...args],
        { env: { ...process.env, ...env, ...more } },
        (_error, stdout, stderr) => resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
      );
    });
  const migrated = await run(['migrate']);
  if (migrated.code !== 0) throw new Error(migrated.output);
  const drop = () => asAdministrator((connection) => dropSchemas(connection, schema));
  return { env, auditSchema, run, drop };
}
