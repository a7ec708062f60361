export interface PlannerThreadData {
  /** The composed supergraph. */
  readonly sdl: string;
}

export interface PlanJob {
  /** Text of a document that is valid. */
  readonly source: string;
  readonly operationName: string | undefined;
}

/** What a planner's thread tells: that it is ready, then one answer for each job. */
export type PlanAnswer = { readonly ready: true } | { readonly plan: string } | { readonly failure: string };
