import { type Schema, Supergraph } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { RegisteredOperations } from '../registered-operations.ts';
import type { PlanCaller } from './plan-caller.ts';
import { PlanStore } from './plan-store.ts';
import type { PlanJob } from './planner-messages.ts';
import type { PlanningLimits } from './planning-config.ts';

/** One supergraph with its schemas and plans; another takes its place when the supergraph changes. */
export class SupergraphPlans {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** The same in the form of Apollo's planner. */
  readonly api: Schema;
  /** With what only subgraphs see. */
  readonly supergraph: GraphQLSchema;
  readonly #plans: PlanStore;

  /** @param sdl the composed supergraph. @throws Error when it is not valid */
  constructor(sdl: string, registered: RegisteredOperations, limits: PlanningLimits) {
    const supergraph = Supergraph.build(sdl);
    this.api = supergraph.apiSchema();
    this.schema = this.api.toGraphQLJSSchema();
    this.supergraph = supergraph.schema.toGraphQLJSSchema();
    this.#plans = new PlanStore(sdl, registered, limits);
  }

  /** Once it can plan; operations of the manifest are planned from then on. @throws Error when it never can */
  async ready(): Promise<void> {
    await this.#plans.ready();
    void this.#plans.warm();
  }

  /**
   * The plan of a valid operation.
   * @throws AppError OPERATION_TOO_COMPLEX when planning takes too long
   * @throws AppError TOO_MANY_NEW_OPERATIONS when the caller waits for as many plans as it may
   * @throws AppError UNAVAILABLE when too many others wait for a plan
   */
  async planOf(job: PlanJob, caller: PlanCaller): Promise<QueryPlan> {
    return this.#plans.planOf(job, caller);
  }

  /** Ends its threads once nothing waits for them any more. */
  close(): void {
    this.#plans.close();
  }
}
