import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { ErrorCode } from '../shared/errors/catalogue.ts';
import { logger } from '../shared/logging/logger.ts';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { type CostLimits, MAX_PROBLEMS } from './cost/cost-config.ts';
import { countFirst } from './cost/count-first.ts';
import { formatRouterError } from './format.ts';
import { oneLoginByCookie } from './one-login.ts';
import type { OperationsConfig } from './operations-config.ts';
import { plannedExecutor } from './planning/executor.ts';
import type { PlanCaller } from './planning/plan-caller.ts';
import type { SupergraphPlans } from './planning/supergraph-plans.ts';
import type { RegisteredOperations } from './registered-operations.ts';
import { limitCost } from './rate-limited-http.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RouterContext } from './request.ts';
import { storedOperations } from './stored-operations.ts';
import type { SubgraphSource } from './subgraph-source.ts';

export interface Gateway {
  readonly apollo: ApolloServer<RouterContext>;
  /** Makes a recomposed supergraph effective for the operations that begin after it. */
  readonly update: (sdl: string) => void;
}

interface GatewayParts {
  readonly limits: CostLimits;
  readonly operations: OperationsConfig;
  readonly registered: RegisteredOperations;
  readonly planCaller: (context: RouterContext) => PlanCaller;
}

/** Apollo's gateway on a supergraph, with plans of ours, calling the given sources. @throws Error when the supergraph is not valid */
export async function startGateway(
  sdl: string,
  sources: ReadonlyMap<string, SubgraphSource>,
  plans: () => SupergraphPlans,
  { limits, operations, registered, planCaller }: GatewayParts,
  rateLimits: RateLimits,
): Promise<Gateway> {
  // The gateway exports usage data unless it is told not to.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  let replace: ((sdl: string) => void) | undefined;
  const gateway = new ApolloGateway({
    supergraphSdl: async ({ update }) => {
      replace = update;
      return { supergraphSdl: sdl };
    },
    buildService: ({ name }) => {
      const source = sources.get(name);
      if (source === undefined) throw new Error(`the supergraph names ${name}, which has no address`);
      return source;
    },
  });
  gateway.executor = plannedExecutor(plans, sources, planCaller);
  const apollo = new ApolloServer<RouterContext>({
    gateway,
    formatError: formatRouterError,
    introspection: operations.introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !operations.suggestions,
    allowBatchedHttpRequests: false,
    // It refuses the GET queries of clients as they come. What protects us: a browser sends no access token by itself,
    // the cookie counts only on a POST with a header of ours from a page that is allowed, a POST is JSON, a GET changes
    // nothing, and pages that are not allowed are refused.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    logger: logger(),
    // Documents are remembered where they are counted.
    documentStore: null,
    persistedQueries: { cache: storedOperations(registered) },
    validationOptions: { maxErrors: MAX_PROBLEMS },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      countFirst(limits, (source) => registered.admit(source)),
      limitCost(rateLimits),
      onlyWhatCanRun,
      oneLoginByCookie,
    ],
  });
  await apollo.start();
  return { apollo, update: (next) => replace?.(next) };
}

/** What the gateway itself would answer with 500: a subscription by HTTP, and an operation that is not in the document. */
const onlyWhatCanRun: ApolloServerPlugin<RouterContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      if (operation === undefined) throw refusal('BAD_REQUEST');
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw refusal('SUBSCRIPTION_NEEDS_SOCKET');
    },
  }),
};

function refusal(code: ErrorCode): GraphQLError {
  return new GraphQLError(code, { extensions: { code, params: {}, http: { status: 400 } } });
}
