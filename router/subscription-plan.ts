import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import { operationFromDocument, type Schema, Supergraph } from '@apollo/federation-internals';
import { type FetchNode, QueryPlanner, type PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { CostLimits } from './cost/cost-config.ts';
import { OperationCounter } from './cost/operation-counter.ts';
import { MAX_PROBLEMS } from './gateway.ts';
import type { RouterContext } from './request.ts';
import { conditionsAtRoot } from './subscription-input.ts';

type RequestContext = Parameters<typeof executeQueryPlan>[2];
type Service = ServiceMap[string];

export interface SubscriptionPayload {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export interface SubscriptionOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
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
  readonly schema: GraphQLSchema;
  readonly #planner: QueryPlanner;
  readonly #api: Schema;
  readonly #supergraph: GraphQLSchema;
  readonly #counter: OperationCounter;
  readonly #isDevelopment: boolean;

  /** @param sdl the composed supergraph. */
  constructor(sdl: string, { isDevelopment, limits }: { isDevelopment: boolean; limits: CostLimits }) {
    const supergraph = Supergraph.build(sdl);
    this.#planner = new QueryPlanner(supergraph);
    this.#api = supergraph.apiSchema();
    this.schema = this.#api.toGraphQLJSSchema();
    this.#supergraph = supergraph.schema.toGraphQLJSSchema();
    this.#counter = new OperationCounter(this.schema, limits);
    this.#isDevelopment = isDevelopment;
  }

  /**
   * The document of a subscription that is within the limits.
   * @returns what is wrong with it, when something is
   * @throws AppError OPERATION_TOO_COMPLEX
   * @throws GraphQLError what is no GraphQL
   */
  read({ query, operationName, variables }: SubscriptionPayload): DocumentNode | readonly GraphQLError[] {
    const counted = this.#counter.read(query);
    // Only to throw what is wrong with it.
    if (!counted) return parse(query);
    this.#counter.cost(counted, operationName ?? undefined, variables ?? {});
    if (counted.isValid) return counted.document;
    const problems = this.#validate(counted.document);
    counted.isValid = problems.length === 0;
    return counted.isValid ? counted.document : problems;
  }

  #validate(document: DocumentNode): readonly GraphQLError[] {
    const rules = this.#isDevelopment ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const conditions = conditionsAtRoot(document);
    if (conditions.length > 0) return conditions;
    const options = { maxErrors: MAX_PROBLEMS, hideSuggestions: !this.#isDevelopment };
    return validate(this.schema, document, rules, options);
  }

  /** @throws Error when the operation is not a subscription */
  plan({ document, operationName }: SubscriptionOperation): SubscriptionPlan {
    const operation = operationFromDocument(this.#api, document, { ...(operationName && { operationName }) });
    const { node } = this.#planner.buildQueryPlan(operation);
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
    const { document, operationName, variables } = operation;
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
      this.#supergraph,
      this.#api,
    );
    return result as ExecutionResult;
  }
}
