import type { FastifyInstance } from 'fastify';
import { Authenticator } from '../auth/authenticator.ts';
import { AuthorityReader, type AuthoritySource } from '../auth/authority.ts';
import { authorityFromUsers } from '../auth/users-authority.ts';
import type { SubgraphConfig, SubgraphName } from '../config/config.ts';
import { type Actor, actorId, anonymous } from '../context/actor.ts';
import type { GraphqlContext } from '../context/graphql-context.ts';
import { inRequest } from '../context/request-context.ts';
import { createDataSource, type DatabaseParts } from '../db/data-source.ts';
import { migrate } from '../db/migrate.ts';
import { startBackground } from '../foundation/background.ts';
import { type Foundation, layFoundation } from '../foundation/foundation.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { withOverrides } from '../limits/quota-config.ts';
import { Quotas, type QuotaTable } from '../limits/quotas.ts';
import { Counters } from '../limits/window-counter.ts';
import { Loaders } from '../loader/loaders.ts';
import { logger } from '../logging/logger.ts';
import type { EventHandlers } from '../outbox/event-handlers.ts';
import { EventReader } from '../outbox/event-reader.ts';
import { CallGuard } from '../signing/call-guard.ts';
import type { Admit } from './admission.ts';
import { type CallIdentity, identifyHttp, type Trust } from './request.ts';
import type { BuiltSubgraph } from './schema.ts';
import { startServer } from './server.ts';

export interface ServeParts<S> {
  readonly database: DatabaseParts;
  readonly schema: () => Promise<BuiltSubgraph>;
  /** How often an account may do what is expensive. */
  readonly quotas: QuotaTable;
  /** Wires the services by plain constructors. */
  readonly services: (foundation: Foundation) => S;
  readonly routes?: (app: FastifyInstance, services: S, admit: Admit, trust: Trust) => void;
  /** Who tells what a session may do; users itself knows, the others ask it. */
  readonly authority?: (services: S) => AuthoritySource;
  /** What it does on the facts of other subgraphs. */
  readonly consumes?: (services: S) => Partial<Record<SubgraphName, EventHandlers>>;
  /** What it does by the clock. */
  readonly jobs?: (services: S, jobs: Jobs) => void;
  /** Runs once before the first request. */
  readonly prepare?: (services: S) => Promise<void>;
}

/** Runs one subgraph until the returned function stops it: requests in flight end first, then its connections. */
export async function serveSubgraph<S extends object>(
  config: SubgraphConfig,
  parts: ServeParts<S>,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const { foundation, isCurrent, close } = await layFoundation(config, parts.database);
  const { db, redis, cache, cipher, clientOf, readiness } = foundation;
  const wired = parts.services(foundation);
  const services = { ...wired, events: new EventReader(db, cipher) };
  const { name, serviceKeys, routerSecret } = config;
  const source = parts.authority?.(wired) ?? authorityFromUsers(clientOf('users'));
  const authority = new AuthorityReader(cache, source);
  const authenticator = new Authenticator(config.jwksUrl);
  const actorOf = async ({ authorization, service }: CallIdentity): Promise<Actor> => {
    if (service !== undefined) return { kind: 'service', ...service };
    if (authorization === '') return anonymous;
    const { accountId, sessionId, rotation } = await authenticator.verify(authorization);
    const grants = await authority.grantsOf(sessionId, rotation);
    return { kind: 'account', accountId, sessionId, grants };
  };
  readiness.require('database', async () => ((await db.isReady()) ? undefined : 'does not answer'));
  readiness.require('schema', async () => ((await isCurrent()) ? undefined : 'is behind: migrate'));
  readiness.require('redis', async () => ((await answers(redis)) ? undefined : 'does not answer'));
  await parts.prepare?.(wired);
  const built = await parts.schema();
  const quotas = new Quotas(new Counters(cache), name, withOverrides(parts.quotas, config.quotas));
  const trust: Trust = { routerSecret, serviceKeys, name, guard: new CallGuard() };
  const contextFor = async (call: CallIdentity) => {
    const { info } = call;
    const actor = await actorOf(call);
    info.actorId = actorId(actor);
    return {
      actor,
      requestId: info.requestId,
      locale: info.locale,
      loaders: new Loaders(),
      quotas,
      services,
    };
  };
  const admit: Admit = async ({ method, url, headers }) => {
    const call = identifyHttp(trust, { method, path: url, body: '', headers });
    return { call, context: await inRequest(call.info, () => contextFor(call)) };
  };
  const server = await startServer<GraphqlContext & { services: S & { events: EventReader } }>({
    schema: built.schema,
    trust,
    port: config.port,
    isDevelopment: config.mode === 'development',
    readiness,
    contextFor,
    routes: (app) => parts.routes?.(app, wired, admit, trust),
  });
  const stopBackground = startBackground(foundation, {
    consumes: parts.consumes?.(wired) ?? {},
    jobs: (jobs) => parts.jobs?.(wired, jobs),
  });
  return {
    port: server.port,
    stop: async () => {
      await server.close();
      await stopBackground();
      await close();
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

/** Opens everything but the server, for a command that fills in rows or looks at them. */
export async function withFoundation(
  config: SubgraphConfig,
  database: DatabaseParts,
  work: (foundation: Foundation) => Promise<void>,
): Promise<void> {
  const { foundation, close } = await layFoundation(config, database);
  try {
    await work(foundation);
  } finally {
    await close();
  }
}

async function answers(redis: { ping(): Promise<string> }): Promise<boolean> {
  return await redis.ping().then(
    () => true,
    () => false,
  );
}
