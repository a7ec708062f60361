import { z } from 'zod';
import type { BlindIndexKeys } from '../crypto/blind-index.ts';
import { type KeyRing, keyRing } from '../crypto/field-cipher.ts';
import { replicaConfig } from '../db/replica-config.ts';
import { type ServiceKeys, serviceKeysOf } from '../service/service-token.ts';
import { AppError } from '../errors/app-error.ts';
import { quotaOverrides } from '../limits/quota-config.ts';
import type { QuotaTable } from '../limits/quotas.ts';
import { productionProblems } from './production.ts';

const SUBGRAPHS = ['users', 'care', 'pharmacy', 'stats'] as const;

export type SubgraphName = (typeof SUBGRAPHS)[number];

const url = (protocol: string) =>
  z.string().regex(new RegExp(`^${protocol}://[^\\s]+$`), `must be a ${protocol}:// address`);
const address = z.string().regex(/^https?:\/\/\S+$/, 'must be an http:// address');
const secret = z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hexadecimal');

/**
 * Keys of what a subgraph keeps: `CARE_AUDIT_KEY` is care's alone, `AUDIT_KEY` that of every subgraph without one. Nobody
 * reads what another has written with them, so that they are shared only where they were before.
 */
export const DATA_KEYS = [
  'FIELD_KEYS',
  'BLIND_INDEX_KEY',
  'BLIND_INDEX_KEY_OLD',
  'AUDIT_KEY',
  'FILE_URL_KEY',
];

/** The name under which a variable is a subgraph's alone. */
export const ownVariable = (name: SubgraphName, variable: string) => `${name.toUpperCase()}_${variable}`;

/** What every subgraph reads from its environment; the names with its own in front are for it alone. */
export function schemaFor(name: SubgraphName) {
  const prefix = name.toUpperCase();
  return z.object({
    YEY_MODE: z.enum(['development', 'production']).default('development'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
    DATABASE_URL: url('mysql'),
    DATABASE_REPLICA_URLS: z.string().default(''),
    ...replicaConfig,
    [`${prefix}_DATABASE_URL`]: url('mysql').optional(),
    [`${prefix}_DATABASE_REPLICA_URLS`]: z.string().optional(),
    [`${prefix}_SCHEMA`]: z.string().regex(/^\w+$/).default(`yey_${name}`),
    [`${prefix}_AUDIT_SCHEMA`]: z.string().regex(/^\w+$/).default(`yey_${name}_audit`),
    [`${prefix}_DB_PASSWORD`]: z.string().min(1),
    [`${prefix}_DB_RO_PASSWORD`]: z.string().min(1),
    // Of the commands that change the schema; who serves has no need of it.
    [`${prefix}_DB_DDL_PASSWORD`]: z.string().min(1).optional(),
    [`${prefix}_PORT`]: z.coerce.number().int().min(0).max(65535),
    [`${prefix}_ROUTER_SECRET`]: secret,
    REDIS_STATE_URL: url('redis'),
    REDIS_CACHE_URL: url('redis').optional(),
    [`${prefix}_REDIS_STATE_URL`]: url('redis').optional(),
    [`${prefix}_REDIS_CACHE_URL`]: url('redis').optional(),
    [`${prefix}_QUOTAS`]: quotaOverrides,
    FIELD_KEYS: keyRing,
    BLIND_INDEX_KEY: secret,
    BLIND_INDEX_KEY_OLD: secret.optional(),
    AUDIT_KEY: secret,
    SERVICE_KEYS: serviceKeysOf(
      name,
      SUBGRAPHS.filter((other) => other !== name),
    ),
    USERS_URL: address,
    CARE_URL: address,
    PHARMACY_URL: address,
    STATS_URL: address,
    JWT_PRIVATE_KEY_FILE: name === 'users' ? z.string().min(1) : z.string().optional(),
    DEMO_FILE: z.string().optional(),
  });
}

export interface SubgraphConfig {
  readonly name: SubgraphName;
  readonly mode: 'development' | 'production';
  readonly port: number;
  readonly routerSecret: string;
  /** For what must not be lost (`noeviction`). */
  readonly redisStateUrl: string;
  /** For what may be dropped at any time; the same server where there is only one. */
  readonly redisCacheUrl: string;
  /** Of encrypted columns. */
  readonly fieldKeys: KeyRing;
  /** Of the lookup of encrypted values. */
  readonly blindIndexKey: BlindIndexKeys;
  /** Of the audit chain, 32 bytes in hexadecimal. */
  readonly auditKey: string;
  /** Where the GraphQL of each subgraph is. */
  readonly urls: Readonly<Record<SubgraphName, string>>;
  /** With which the subgraphs know each other. */
  readonly serviceKeys: ServiceKeys;
  /** Where users publishes the keys that verify access tokens. */
  readonly jwksUrl: string;
  /** PEM file of the key that signs access tokens; only users has it. */
  readonly jwtPrivateKeyFile: string;
  readonly demoFile: string | undefined;
  readonly database: DatabaseConfig;
  /** What differs from the subgraph's own table. */
  readonly quotas: QuotaTable;
}

export interface DatabaseConfig {
  readonly primaryUrl: string;
  readonly replicaUrls: string[];
  /** How old the data of a replica that answers may be, ms. */
  readonly replicaMaxLagMs: number;
  readonly schema: string;
  readonly auditSchema: string;
  /** The SQL accounts of one subgraph; the names are `yey_<subgraph>`, `_ro`, `_ddl`. */
  readonly user: string;
  readonly password: string;
  readonly readOnlyPassword: string;
  /** Empty in a process that never changes the schema. */
  readonly ddlPassword: string;
}

/**
 * Reads and validates one subgraph's environment.
 * @param further variables that only this subgraph has; they come back as `own`.
 * @param together tells what is wrong with variables that only make sense together.
 * @throws AppError CONFIG_INVALID naming every variable at fault, not only the first.
 */
export function loadConfig<S extends z.ZodRawShape = Record<string, never>>(
  name: SubgraphName,
  env: NodeJS.ProcessEnv,
  further?: S,
  together: (env: Readonly<Record<string, string | undefined>>) => string[] = () => [],
): SubgraphConfig & { readonly own: z.infer<z.ZodObject<S>> } {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  for (const key of DATA_KEYS) present[key] = present[ownVariable(name, key)] ?? present[key];
  const result = schemaFor(name).safeParse(present);
  const own = z.object(further ?? ({} as S)).safeParse(present);
  const refused = [...productionProblems(present), ...together(present)];
  if (!result.success || !own.success || refused.length > 0) {
    const issues = [...(result.error?.issues ?? []), ...(own.error?.issues ?? [])];
    const problems = [...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`), ...refused];
    throw new AppError('CONFIG_INVALID', { problems: problems.join('; ') });
  }
  const values: Record<string, unknown> = result.data;
  const prefix = name.toUpperCase();
  const text = (key: string) => String((values[key] as string | number | undefined) ?? '');
  const redisStateUrl = text(`${prefix}_REDIS_STATE_URL`) || text('REDIS_STATE_URL');
  // The replicas of all are none of a subgraph that has a primary of its own.
  const hasOwnDatabase = values[`${prefix}_DATABASE_URL`] !== undefined;
  const hasOwnReplicas = values[`${prefix}_DATABASE_REPLICA_URLS`] !== undefined;
  const ownReplicas = hasOwnDatabase || hasOwnReplicas ? `${prefix}_` : '';
  return {
    own: own.data,
    name,
    mode: values.YEY_MODE === 'production' ? 'production' : 'development',
    port: Number(values[`${prefix}_PORT`]),
    routerSecret: text(`${prefix}_ROUTER_SECRET`),
    redisStateUrl,
    redisCacheUrl: text(`${prefix}_REDIS_CACHE_URL`) || text('REDIS_CACHE_URL') || redisStateUrl,
    fieldKeys: values.FIELD_KEYS as KeyRing,
    blindIndexKey: {
      current: text('BLIND_INDEX_KEY'),
      other: text('BLIND_INDEX_KEY_OLD') || undefined,
    },
    auditKey: text('AUDIT_KEY'),
    urls: {
      users: text('USERS_URL'),
      care: text('CARE_URL'),
      pharmacy: text('PHARMACY_URL'),
      stats: text('STATS_URL'),
    },
    serviceKeys: values.SERVICE_KEYS as ServiceKeys,
    jwksUrl: new URL('/jwks.json', text('USERS_URL')).href,
    jwtPrivateKeyFile: text('JWT_PRIVATE_KEY_FILE'),
    demoFile: values.DEMO_FILE === undefined ? undefined : text('DEMO_FILE'),
    quotas: values[`${prefix}_QUOTAS`] as QuotaTable,
    database: {
      primaryUrl: text(hasOwnDatabase ? `${prefix}_DATABASE_URL` : 'DATABASE_URL'),
      replicaUrls: text(`${ownReplicas}DATABASE_REPLICA_URLS`)
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
      replicaMaxLagMs: Number(values.REPLICA_MAX_LAG_MS),
      schema: text(`${prefix}_SCHEMA`),
      auditSchema: text(`${prefix}_AUDIT_SCHEMA`),
      user: `yey_${name}`,
      password: text(`${prefix}_DB_PASSWORD`),
      readOnlyPassword: text(`${prefix}_DB_RO_PASSWORD`),
      ddlPassword: text(`${prefix}_DB_DDL_PASSWORD`),
    },
  };
}
