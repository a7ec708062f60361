import type { FastifyInstance } from 'fastify';
import { Authenticator } from '../auth/authenticator.ts';
import { AuthorityReader, type AuthoritySource } from '../auth/authority.ts';
import { authorityFromUsers } from '../auth/users-authority.ts';
import type { SubgraphConfig } from '../config/config.ts';
import { type Actor, actorId, anonymous } from '../context/actor.ts';
import type { GraphqlContext } from '../context/graphql-context.ts';
import type { DatabaseParts } from '../db/data-source.ts';
import { createDataSource } from '../db/data-source.ts';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { Loaders } from '../loader/loaders.ts';
import { logger } from '../logging/logger.ts';
import { createRedis } from '../redis/clients.ts';
import { Wake } from '../redis/wake.ts';
import { ServiceClient } from '../service/service-client.ts';
import type { CallIdentity } from './request.ts';
import type { BuiltSubgraph } from './schema.ts';
import { startServer } from './server.ts';

/** What a subgraph's services are made of. */
export interface Foundation {
  readonly config: SubgraphConfig;
  readonly db: Db;
  readonly wake: Wake;
}

export interface ServeParts<S> {
  readonly database: DatabaseParts;
  readonly schema: () => Promise<BuiltSubgraph>;
  /** Wires the services by plain constructors. */
  readonly services: (foundation: Foundation) => S;
  readonly routes?: (app: FastifyInstance) => void;
  /** Who tells what a session may do; users itself knows, the others ask it. */
  readonly authority?: (services: S) => AuthoritySource;
  /** Runs once before the first request. */
  readonly prepare?: (services: S) => Promise<void>;
}

/** Runs one subgraph until the returned function stops it: requests in flight end first, then its connections. */
export async function serveSubgraph<S extends object>(
  config: SubgraphConfig,
  parts: ServeParts<S>,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const redis = createRedis(config.redisStateUrl, 'request');
  const subscriber = createRedis(config.redisStateUrl, 'subscriber');
  const { db, isCurrent } = await openDatabase(config, parts.database, redis);
  const services = parts.services({ config, db, wake: new Wake(redis, subscriber) });
  const { name, serviceKeys } = config;
  const users = new ServiceClient(serviceKeys, name, 'users', config.usersUrl);
  const authority = new AuthorityReader(redis, parts.authority?.(services) ?? authorityFromUsers(users));
  const authenticator = new Authenticator(config.jwksUrl);
  const actorOf = async ({ authorization, service }: CallIdentity): Promise<Actor> => {
    if (service !== undefined) return { kind: 'service', name: service };
    if (authorization === '') return anonymous;
    const { accountId, sessionId } = await authenticator.verify(authorization);
    return { kind: 'account', accountId, sessionId, grants: await authority.grantsOf(sessionId) };
  };
  await parts.prepare?.(services);
  const built = await parts.schema();
  const server = await startServer<GraphqlContext & { services: S }>({
    schema: built.schema,
    trust: { routerSecret: config.routerSecret, serviceKeys, name },
    port: config.port,
    isDevelopment: config.mode === 'development',
    isReady: async () => (await db.isReady()) && (await isCurrent()) && (await answers(redis)),
    contextFor: async (call) => {
      const { info } = call;
      const actor = await actorOf(call);
      info.actorId = actorId(actor);
      return { actor, requestId: info.requestId, locale: info.locale, loaders: new Loaders(), services };
    },
    ...(parts.routes && { routes: parts.routes }),
  });
  return {
    port: server.port,
    stop: async () => {
      await server.close();
      await db.close();
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Brings one subgraph's schema up to date with its DDL account. */
export async function migrateSubgraph(config: SubgraphConfig, parts: DatabaseParts): Promise<void> {
  const source = createDataSource(config.database, config.database.primaryUrl, 'ddl', parts);
  await source.initialize();
  try {
    const ran = await migrate(source, config.database.schema);
    logger().info({ ran }, 'schema is up to date');
  } finally {
    await source.destroy();
  }
}

/** Opens the database alone, for a command that fills in rows. */
export async function withDatabase(
  config: SubgraphConfig,
  parts: DatabaseParts,
  work: (db: Db) => Promise<void>,
): Promise<void> {
  const redis = createRedis(config.redisStateUrl, 'request');
  const { db } = await openDatabase(config, parts, redis);
  try {
    await work(db);
  } finally {
    await db.close();
    redis.disconnect();
  }
}

async function answers(redis: { ping(): Promise<string> }): Promise<boolean> {
  return await redis.ping().then(
    () => true,
    () => false,
  );
}
