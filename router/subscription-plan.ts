import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { z } from 'zod';
import { AppError } from '../shared/errors/app-error.ts';
import { type CostLimits, MAX_PROBLEMS } from './cost/cost-config.ts';
import { OperationCounter } from './cost/operation-counter.ts';
import type { OperationsConfig } from './operations-config.ts';
import type { PlanCaller } from './planning/plan-caller.ts';
import type { SupergraphPlans } from './planning/supergraph-plans.ts';
import type { RegisteredOperations } from './registered-operations.ts';
import type { RouterContext } from './request.ts';
import { conditionsAtRoot } from './subscription-input.ts';

type RequestContext = Parameters<typeof executeQueryPlan>[2];
type Service = ServiceMap[string];

interface SubscriptionParts {
  readonly limits: CostLimits;
  readonly registered: RegisteredOperations;
  readonly operations: OperationsConfig;
}

const persisted = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

export interface SubscriptionPayload {
  /** Empty for one that is named by its hash. */
  readonly query: string;
  readonly extensions?: Record<string, unknown> | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export interface SubscriptionOperation {
  readonly source: string;
  readonly operationName: string | undefined;
  /** Those that the operation declares. */
  readonly variables: Record<string, unknown>;
}

/** Its document is not for keeping: it is remembered where it was counted, for all who subscribe with the same text. */
export interface ReadSubscription extends SubscriptionOperation {
  readonly document: DocumentNode;
}

export interface SubscriptionPlan {
  /** What the subgraph that owns the subscription is asked. */
  readonly primary: FetchNode;
  readonly rest: PlanNode | undefined;
}

/**
 * Federated subscriptions, which the gateway refuses although its parts can do them: the planner splits the
 * operation into the subscription at its owner and the rest, and for each event the gateway's executor runs the
 * plan with the event in the place of the first answer.
 */
export class SubscriptionPlanner {
  readonly #plans: SupergraphPlans;
  readonly #counter: OperationCounter;
  readonly #registered: RegisteredOperations;
  readonly #operations: OperationsConfig;

  constructor(plans: SupergraphPlans, { limits, registered, operations }: SubscriptionParts) {
    this.#plans = plans;
    this.#counter = new OperationCounter(plans.schema, limits, { noLocation: true });
    this.#registered = registered;
    this.#operations = operations;
  }

  get schema(): GraphQLSchema {
    return this.#plans.schema;
  }

  /**
   * A subscription that is within the limits, or what is wrong with it.
   * @throws AppError OPERATION_TOO_COMPLEX, OPERATION_NOT_ALLOWED or PERSISTED_QUERY_NOT_FOUND
   * @throws GraphQLError for what is no GraphQL
   */
  read(payload: SubscriptionPayload): ReadSubscription | readonly GraphQLError[] {
    const source = this.#sourceOf(payload);
    this.#registered.admit(source);
    const operationName = payload.operationName ?? undefined;
    const given = payload.variables ?? {};
    const counted = this.#counter.read(source);
    // Only to throw what is wrong with it.
    if (!counted) return { source, document: parse(source), operationName, variables: given };
    const { document } = counted;
    this.#counter.cost(counted, operationName, given);
    const problems = counted.isValid ? [] : this.#validate(document);
    counted.isValid = problems.length === 0;
    const variables = declaredVariables(document, operationName, given);
    return counted.isValid ? { source, document, operationName, variables } : problems;
  }

  #sourceOf({ query, extensions }: SubscriptionPayload): string {
    const hash = persisted.safeParse(extensions).data?.persistedQuery.sha256Hash;
    if (query !== '' || hash === undefined) return query;
    const source = this.#registered.sourceOf(hash);
    if (source === undefined) throw new AppError('PERSISTED_QUERY_NOT_FOUND');
    return source;
  }

  /** What a subscription costs to begin with; undefined when it is none or beyond the limits, which `read` tells. */
  cost(payload: SubscriptionPayload): number | undefined {
    const { operationName, variables } = payload;
    try {
      const counted = this.#counter.read(this.#sourceOf(payload));
      return counted && this.#counter.cost(counted, operationName ?? undefined, variables ?? {})?.cost;
    } catch {
      return undefined;
    }
  }

  #validate(document: DocumentNode): readonly GraphQLError[] {
    const conditions = conditionsAtRoot(document);
    if (conditions.length > 0) return conditions;
    const { introspection, suggestions } = this.#operations;
    const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const options = { maxErrors: MAX_PROBLEMS, hideSuggestions: !suggestions };
    return validate(this.schema, document, rules, options);
  }

  /**
   * @throws AppError OPERATION_TOO_COMPLEX when planning takes too long
   * @throws AppError TOO_MANY_NEW_OPERATIONS when the caller waits for as many plans as it may
   * @throws AppError UNAVAILABLE when too many others wait for a plan
   * @throws Error when the operation is not a subscription
   */
  async plan(
    { source, operationName }: SubscriptionOperation,
    caller: PlanCaller,
  ): Promise<SubscriptionPlan> {
    const { node } = await this.#plans.planOf({ source, operationName }, caller);
    if (node?.kind !== 'Subscription') throw new Error('not a subscription');
    return { primary: node.primary, rest: node.rest };
  }

  /** Completes one event of the owner with what the other subgraphs know. */
  async complete(
    plan: SubscriptionPlan,
    event: ExecutionResult,
    operation: SubscriptionOperation,
    context: RouterContext,
    sources: ReadonlyMap<string, Service>,
  ): Promise<ExecutionResult> {
    const { primary, rest } = plan;
    const services: ServiceMap = Object.fromEntries(sources);
    const real = services[primary.serviceName];
    let isFirst = true;
    services[primary.serviceName] = {
      process: async (options) => {
        if (!isFirst && real) return real.process(options);
        isFirst = false;
        return event;
      },
    };
    const { source, operationName, variables } = operation;
    const document = this.#counter.read(source)?.document ?? parse(source);
    const operationContext = buildOperationContext({
      schema: this.schema,
      operationDocument: document,
      ...(operationName && { operationName }),
    });
    const requestContext = {
      request: { variables, ...(operationName && { operationName }) },
      document,
      context,
      schema: this.schema,
      metrics: {},
    } as unknown as RequestContext;
    const nodes: PlanNode[] = rest ? [primary, rest] : [primary];
    const result = await executeQueryPlan(
      { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } },
      services,
      requestContext,
      operationContext,
      this.#plans.supergraph,
      this.#plans.api,
    );
    return result as ExecutionResult;
  }
}

/** Whatever else a client sends would be kept as long as its subscription. */
function declaredVariables(
  document: DocumentNode,
  operationName: string | undefined,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = (getOperationAST(document, operationName)?.variableDefinitions ?? [])
    .map(({ variable }) => variable.name.value)
    .filter((name) => Object.hasOwn(given, name));
  return Object.fromEntries(names.map((name) => [name, given[name]]));
}
