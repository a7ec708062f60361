import type { GraphqlContext } from '../../shared/context/graphql-context.ts';

export type StatsServices = object;

export interface StatsContext extends GraphqlContext {
  readonly services: StatsServices;
}
