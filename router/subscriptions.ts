import {
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { inRequest } from '../shared/context/request-context.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { catalogue, type ErrorCode } from '../shared/errors/catalogue.ts';
import { stoppable } from '../shared/live/stoppable.ts';
import { inTurnOf } from '../shared/live/turns.ts';
import { formatRouterError } from './format.ts';
import type { RouterContext } from './request.ts';
import type { PlanCaller } from './planning/plan-caller.ts';
import { Interrupted, liveEvents } from './resumption.ts';
import type { SubgraphSource } from './subgraph-source.ts';
import { resumable } from './subscription-cursor.ts';
import { variableProblems } from './subscription-input.ts';
import type { SubscriptionOperation, SubscriptionPayload, SubscriptionPlanner } from './subscription-plan.ts';
import type { Upstreams } from './upstream.ts';

/** Runs subscriptions over the whole supergraph. */
export class Subscriptions {
  readonly #planner: () => SubscriptionPlanner;
  readonly #sources: ReadonlyMap<string, SubgraphSource>;
  readonly #upstreams: Upstreams;
  readonly #planCaller: (context: RouterContext) => PlanCaller;
  readonly #resumeForMs: number;

  /**
   * @param planner the planner of the supergraph that is current when an operation begins.
   * @param resumeForMs how long a subgraph that is gone is waited for
   */
  constructor(
    planner: () => SubscriptionPlanner,
    sources: ReadonlyMap<string, SubgraphSource>,
    upstreams: Upstreams,
    planCaller: (context: RouterContext) => PlanCaller,
    resumeForMs: number,
  ) {
    this.#planner = planner;
    this.#sources = sources;
    this.#upstreams = upstreams;
    this.#planCaller = planCaller;
    this.#resumeForMs = resumeForMs;
  }

  /** What a subscription costs to begin with, where that can be told. */
  cost(payload: SubscriptionPayload): number | undefined {
    return this.#planner().cost(payload);
  }

  get schema(): GraphQLSchema {
    return this.#planner().schema;
  }

  /**
   * The errors of an operation that is no valid subscription, or its events.
   * @param revoked aborted when the session of the reader has ended, which is the last that is told
   * @param interrupt sends the reader away, to come back and subscribe again: called instead of an end, with the reason
   */
  start(
    payload: SubscriptionPayload,
    context: RouterContext,
    revoked: AbortSignal,
    interrupt: (reason: ErrorCode) => void,
  ): GraphQLError[] | AsyncGenerator<ExecutionResult> {
    const planner = this.#planner();
    try {
      const read = planner.read(payload);
      if (!('source' in read)) {
        return read.map((each) =>
          shaped(each, each.extensions.code === undefined ? 'GRAPHQL_VALIDATION_FAILED' : undefined),
        );
      }
      const { document, ...operation } = read;
      // Queries and mutations have the HTTP endpoint, with its limits.
      const definition = getOperationAST(document, operation.operationName);
      if (definition?.operation !== OperationTypeNode.SUBSCRIPTION) {
        return [shaped(new AppError('BAD_REQUEST'))];
      }
      const wrong = variableProblems(planner.schema, document, definition, operation.variables);
      if (wrong.length > 0) return wrong.map((each) => shaped(each));
      return stoppable((ended) => this.#events(planner, operation, context, { ended, revoked, interrupt }));
    } catch (error) {
      const isUnreadable = error instanceof GraphQLError && error.extensions.code === undefined;
      return [shaped(error, isUnreadable ? 'GRAPHQL_PARSE_FAILED' : undefined)];
    }
  }

  async *#events(
    planner: SubscriptionPlanner,
    operation: SubscriptionOperation,
    context: RouterContext,
    {
      ended,
      revoked,
      interrupt,
    }: { ended: AbortSignal; revoked: AbortSignal; interrupt: (reason: ErrorCode) => void },
  ): AsyncGenerator<ExecutionResult, void, void> {
    const over = AbortSignal.any([ended, revoked]);
    try {
      const plan = await planner.plan(operation, this.#planCaller(context));
      const { serviceName, operation: query, operationName, variableUsages } = plan.primary;
      const variables = Object.fromEntries(
        (variableUsages ?? [])
          .filter((name) => name in operation.variables)
          .map((name) => [name, operation.variables[name]]),
      );
      const asked = { query, variables };
      yield* liveEvents({
        operation: asked,
        resumable: resumable(planner.schema, asked),
        subscribe: (each) =>
          this.#upstreams.subscribe(serviceName, { ...each, operationName }, context, over),
        complete: async (event) => {
          const result = event.data
            ? await inTurnOf(context.info, () =>
                planner.complete(plan, event, operation, context, this.#sources),
              )
            : event;
          return withErrors(result, context);
        },
        ended: over,
        resumeForMs: this.#resumeForMs,
      });
      if (revoked.aborted && !ended.aborted) throw new AppError('SESSION_ENDED');
    } catch (error) {
      const reason = passingReason(error);
      if (reason !== undefined) interrupt(reason);
      else yield { errors: [inRequest(context.info, () => shaped(error))] };
    }
  }
}

/** Why a subscription that may well be possible in a moment is not now; its end would be for good. */
function passingReason(error: unknown): ErrorCode | undefined {
  if (error instanceof Interrupted) return 'SUBGRAPH_UNAVAILABLE';
  return error instanceof AppError && catalogue[error.code].retryable ? error.code : undefined;
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
