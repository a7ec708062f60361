import {
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { inRequest } from '../shared/context/request-context.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { stoppable } from '../shared/live/stoppable.ts';
import { formatRouterError } from './format.ts';
import type { RouterContext } from './request.ts';
import type { SubgraphSource } from './subgraph-source.ts';
import type { SubscriptionOperation, SubscriptionPayload, SubscriptionPlanner } from './subscription-plan.ts';
import type { Upstreams } from './upstream.ts';

export interface StartedSubscription extends SubscriptionOperation {
  readonly events: AsyncGenerator<ExecutionResult>;
}

/** Runs subscriptions over the whole supergraph. */
export class Subscriptions {
  readonly #planner: () => SubscriptionPlanner;
  readonly #sources: ReadonlyMap<string, SubgraphSource>;
  readonly #upstreams: Upstreams;

  /** @param planner the planner of the supergraph that is current when an operation begins. */
  constructor(
    planner: () => SubscriptionPlanner,
    sources: ReadonlyMap<string, SubgraphSource>,
    upstreams: Upstreams,
  ) {
    this.#planner = planner;
    this.#sources = sources;
    this.#upstreams = upstreams;
  }

  get schema(): GraphQLSchema {
    return this.#planner().schema;
  }

  /**
   * The errors of an operation that is no valid subscription, or the operation with its events.
   * @param revoked aborted when the session of the reader has ended, which is the last that is told
   */
  start(
    payload: SubscriptionPayload,
    context: RouterContext,
    revoked: AbortSignal,
  ): GraphQLError[] | StartedSubscription {
    const planner = this.#planner();
    try {
      const document = planner.read(payload);
      if (!('kind' in document)) return document.map((each) => shaped(each, 'GRAPHQL_VALIDATION_FAILED'));
      const operation = {
        document,
        operationName: payload.operationName ?? undefined,
        variables: payload.variables ?? {},
      };
      // Queries and mutations have the HTTP endpoint, with its limits.
      if (getOperationAST(document, operation.operationName)?.operation !== OperationTypeNode.SUBSCRIPTION) {
        return [shaped(new AppError('BAD_REQUEST'))];
      }
      const events = stoppable((ended) => this.#events(planner, operation, context, { ended, revoked }));
      return { ...operation, events };
    } catch (error) {
      const isUnreadable = error instanceof GraphQLError && error.extensions.code === undefined;
      return [shaped(error, isUnreadable ? 'GRAPHQL_PARSE_FAILED' : undefined)];
    }
  }

  async *#events(
    planner: SubscriptionPlanner,
    operation: SubscriptionOperation,
    context: RouterContext,
    { ended, revoked }: { ended: AbortSignal; revoked: AbortSignal },
  ): AsyncGenerator<ExecutionResult, void, void> {
    try {
      const plan = planner.plan(operation);
      const { serviceName, operation: query, operationName, variableUsages } = plan.primary;
      const variables = Object.fromEntries(
        (variableUsages ?? [])
          .filter((name) => name in operation.variables)
          .map((name) => [name, operation.variables[name]]),
      );
      for await (const event of this.#upstreams.subscribe(
        serviceName,
        { query, variables, operationName },
        context,
        AbortSignal.any([ended, revoked]),
      )) {
        const result = event.data
          ? await planner.complete(plan, event, operation, context, this.#sources)
          : event;
        yield withErrors(result, context);
      }
      if (revoked.aborted && !ended.aborted) throw new AppError('SESSION_ENDED');
    } catch (error) {
      yield { errors: [inRequest(context.info, () => shaped(error))] };
    }
  }
}

function withErrors(result: ExecutionResult, context: RouterContext): ExecutionResult {
  const { data, errors } = result;
  const shapedErrors = errors && inRequest(context.info, () => errors.map((each) => shaped(each)));
  return { ...(data !== undefined && { data }), ...(shapedErrors && { errors: shapedErrors }) };
}

/** An error in the shape in which it leaves the router. */
export function shaped(error: unknown, code?: string): GraphQLError {
  const given =
    error instanceof GraphQLError
      ? error
      : new GraphQLError('error', { originalError: error instanceof Error ? error : undefined });
  const plain = given.toJSON();
  const formatted = formatRouterError(
    { ...plain, extensions: { ...plain.extensions, ...(code && { code }) } },
    given,
  );
  return new GraphQLError(formatted.message, { path: given.path, extensions: formatted.extensions });
}
