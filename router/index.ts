import { readFileSync } from 'node:fs';
import { Authenticator } from '../shared/auth/authenticator.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { messageOf } from '../shared/errors/catalogue.ts';
import { Counters } from '../shared/limits/window-counter.ts';
import { logger } from '../shared/logging/logger.ts';
import { exitOnUncaught } from '../shared/logging/uncaught.ts';
import { createRedis } from '../shared/redis/clients.ts';
import { addCallbacks } from './callbacks.ts';
import { clientReader, proxyTest } from './client.ts';
import { ClockWatch } from './clock-watch.ts';
import { loadRouterConfig, type RouterConfig } from './config.ts';
import { addExplorer } from './explorer.ts';
import { addFiles, FILE_KEEPERS, FileForwarder } from './files.ts';
import { startGateway } from './gateway.ts';
import { SubgraphReadiness } from './health.ts';
import { createHttp } from './server.ts';
import { serveSockets } from './sockets.ts';
import { EndedSessions } from './ended-sessions.ts';
import { RateLimits } from './rate-limits.ts';
import { RefreshCookies } from './refresh-cookie.ts';
import { planCallers } from './planning/plan-caller.ts';
import { SupergraphPlans } from './planning/supergraph-plans.ts';
import { RegisteredOperations } from './registered-operations.ts';
import { SubgraphSource } from './subgraph-source.ts';
import { SubscriptionPlanner } from './subscription-plan.ts';
import { Subscriptions } from './subscriptions.ts';
import { Transfers } from './transfers.ts';
import { Upstreams } from './upstream.ts';
import { watchSupergraph } from './watch-supergraph.ts';

process.env.YEY_SERVICE = 'router';

/** How long a request waits at most for Redis to count it, ms; then the router counts for itself. */
const COUNT_BUDGET_MS = 1000;

/** Runs the router until the returned function stops it: nobody new is let in, sockets close, requests in flight end. */
async function serve(config: RouterConfig): Promise<() => Promise<void>> {
  const { subgraphs, supergraphFile } = config;
  const origins = { listed: config.origins, allowsLoopback: config.isDevelopment };
  const sdl = readFileSync(supergraphFile, 'utf8');
  const sources = new Map(
    Array.from(subgraphs, ([name, target]) => [name, new SubgraphSource(name, target)]),
  );
  const registered = RegisteredOperations.load(config.operations);
  let plans = new SupergraphPlans(sdl, registered, config.planning);
  const authenticator = config.jwksUrl === undefined ? undefined : new Authenticator(config.jwksUrl);
  const redis = config.redisUrl === undefined ? undefined : createRedis(config.redisUrl, 'request');
  const rateLimits = new RateLimits(new Counters(redis, COUNT_BUDGET_MS), config.rateLimits, authenticator);
  const planCaller = planCallers(rateLimits, config.planning.freeMs);
  const parts = { ...config, registered, planCaller };
  let planner = new SubscriptionPlanner(plans, parts);
  const gateway = await startGateway(sdl, sources, () => plans, parts, rateLimits);
  const clientOf = clientReader(config.trustedProxies);
  const upstreams = new Upstreams(subgraphs);
  const keepers = config.isStandalone ? [] : FILE_KEEPERS;
  const transfers = new Transfers(config.connections);
  const files = new Map(
    Array.from(subgraphs)
      .filter(([name]) => keepers.includes(name))
      .map(([name, target]) => [name, new FileForwarder(name, target, transfers)]),
  );
  const clockWatch = config.isStandalone ? undefined : new ClockWatch(subgraphs);
  const readiness = clockWatch && new SubgraphReadiness(subgraphs, clockWatch);
  const isProxy = proxyTest(config.trustedProxies);
  const { app, end } = await createHttp(gateway.apollo, {
    connections: {
      limits: config.connections,
      longestCallMs: Math.max(...Array.from(subgraphs.values(), ({ deadlineMs }) => deadlineMs)),
      isProxy,
    },
    origins,
    rateLimits,
    clientOf,
    refreshCookies: config.isStandalone ? undefined : new RefreshCookies(origins, config.isDevelopment),
    unready: async () => readiness?.unready() ?? [],
    clocks: () => clockWatch?.skews() ?? {},
    addPages: async (each) => {
      if (files.size > 0) addFiles(each, files, { transfers, callerOf: (of) => rateLimits.callerOf(of) });
      const pharmacy = subgraphs.get('pharmacy');
      if (pharmacy !== undefined && !config.isStandalone) await addCallbacks(each, pharmacy);
      await addExplorer(each, config.demoFile);
    },
  });
  const users = config.isStandalone ? undefined : subgraphs.get('users');
  const endedSessions = users && new EndedSessions(users);
  const closeSockets = serveSockets(app.server, {
    subscriptions: new Subscriptions(() => planner, sources, upstreams, planCaller, config.resumeForMs),
    authenticator,
    rateLimits,
    origins,
    clientOf,
    endedSessions,
    limits: config.connections,
    isProxy,
  });
  const unwatch = watchSupergraph(supergraphFile, async (next) => {
    const made = new SupergraphPlans(next, registered, config.planning);
    try {
      await made.ready();
      gateway.update(next);
    } catch (error) {
      made.close();
      throw error;
    }
    plans.close();
    plans = made;
    planner = new SubscriptionPlanner(plans, parts);
  });
  await plans.ready();
  await app.listen({ port: config.port, host: process.env.HOST ?? '127.0.0.1' });
  logger().info({ address: app.addresses()[0] }, 'listening');
  return async () => {
    unwatch();
    const ended = end();
    clockWatch?.close();
    await closeSockets();
    await ended;
    await gateway.apollo.stop();
    plans.close();
    await upstreams.close();
    await endedSessions?.close();
    await readiness?.close();
    const pools = [...sources.values(), ...files.values()];
    await Promise.all(pools.map((each) => each.close()));
    redis?.disconnect();
  };
}

async function main(): Promise<void> {
  exitOnUncaught();
  try {
    const stop = await serve(loadRouterConfig(process.env, process.argv.slice(2)));
    let stopping = false;
    const onSignal = () => {
      if (stopping) return;
      stopping = true;
      void stop().finally(() => process.exit(0));
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  } catch (error) {
    if (error instanceof AppError)
      console.error(`${error.code}: ${messageOf(error.code, error.params, 'en')}`);
    else logger().fatal({ err: error }, 'the router failed');
    process.exit(1);
  }
}

await main();
