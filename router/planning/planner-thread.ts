import { parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import type { PlanAnswer, PlanJob, PlannerThreadData } from './planner-messages.ts';

/** A thread that does nothing but plan; whoever waits for it ends it when it takes too long. */
function main(): void {
  const { sdl } = workerData as PlannerThreadData;
  // Who made this thread has checked the supergraph.
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const api = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  const planOf = ({ source, operationName }: PlanJob): string => {
    const operation = operationFromDocument(api, parse(source), { ...(operationName && { operationName }) });
    return JSON.stringify(planner.buildQueryPlan(operation));
  };
  const answer = (job: PlanJob): PlanAnswer => {
    try {
      return { plan: planOf(job) };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : 'unknown' };
    }
  };
  // The first plan takes much longer than those after it.
  answer({ source: '{ __typename }', operationName: undefined });
  parentPort?.on('message', (job: PlanJob) => parentPort?.postMessage(answer(job)));
  parentPort?.postMessage({ ready: true } satisfies PlanAnswer);
}

main();
