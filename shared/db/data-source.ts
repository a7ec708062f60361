import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import type { DatabaseConfig } from '../config/config.ts';
import { AppError } from '../errors/app-error.ts';
import { foundationMigration } from '../foundation/foundation-migration.ts';
import { auditSequenceMigration } from '../foundation/audit-sequence-migration.ts';
import { KeyRotation1766800000000 } from '../foundation/key-rotation-migration.ts';
import { ReplicationHeartbeat1767200000000 } from '../foundation/replication-heartbeat-migration.ts';
import { SqlLog } from '../logging/sql-log.ts';
import { EventEpochs1767100000000 } from '../outbox/event-epoch-migration.ts';

type Class<T = object> = new (...args: never[]) => T;

export interface DatabaseParts {
  readonly entities: (Class | EntitySchema)[];
  readonly migrations: Class<MigrationInterface>[];
  /**
   * Migrations that also make tables which the application may only insert into and read: they stand in the audit
   * schema, where the database grants it nothing else.
   */
  readonly appendOnly?: (auditSchema: string) => Class<MigrationInterface>[];
}

type Account = 'app' | 'read-only' | 'ddl';

/**
 * One TypeORM data source for one server and one SQL account. There is one for the primary and one for each
 * replica, rather than TypeORM's `replication`: that one picks the replica by itself (no reading of own writes),
 * has no fallback, and removes a failing primary for good.
 */
export function createDataSource(
  config: DatabaseConfig,
  url: string,
  account: Account,
  parts: DatabaseParts,
): DataSource {
  const { user: username, ...server } = sqlLogin(config, url, account);
  return new DataSource({
    type: 'mysql',
    ...server,
    username,
    database: config.schema,
    charset: 'utf8mb4_unicode_520_ci',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: true,
    entities: parts.entities,
    migrations: [
      ...parts.migrations,
      ...(parts.appendOnly?.(config.auditSchema) ?? []),
      foundationMigration(config.auditSchema),
      KeyRotation1766800000000,
      EventEpochs1767100000000,
      auditSequenceMigration(config.auditSchema),
      ReplicationHeartbeat1767200000000,
    ],
    logging: true,
    logger: new SqlLog(),
    migrationsTableName: 'schema_migration',
    poolSize: account === 'ddl' ? 2 : 20,
    connectTimeout: 3000,
    // Reset at release would cost every single read a round trip. What it is for, an open transaction that goes on to
    // the next who gets the connection, `Db` sees to: it alone begins one, and gives back none that may be open.
    // Nor does it note the caller's stack at every statement: what fails is in the log of SQL with its request.
    extra: { resetOnRelease: false, trace: false, queueLimit: 1000, maxIdle: 5 },
  });
}

/** Where and as whom one account of a subgraph logs in; a name or password in the address goes before the usual one. */
export function sqlLogin(config: DatabaseConfig, url: string, account: Account) {
  const server = new URL(url);
  return {
    host: server.hostname,
    port: Number(server.port || 3306),
    user: server.username || userOf(config, account),
    password: server.password ? decodeURIComponent(server.password) : passwordOf(config, account),
  };
}

function userOf(config: DatabaseConfig, account: Account): string {
  if (account === 'app') return config.user;
  return account === 'ddl' ? `${config.user}_ddl` : `${config.user}_ro`;
}

function passwordOf(config: DatabaseConfig, account: Account): string {
  if (account === 'app') return config.password;
  if (account === 'read-only') return config.readOnlyPassword;
  if (config.ddlPassword === '') {
    const name = `${config.user.replace('yey_', '').toUpperCase()}_DB_DDL_PASSWORD`;
    throw new AppError('CONFIG_INVALID', { problems: `${name}: is needed by what changes the schema` });
  }
  return config.ddlPassword;
}
