import type { GraphqlContext } from '../../shared/context/graphql-context.ts';

export type PharmacyServices = object;

export interface PharmacyContext extends GraphqlContext {
  readonly services: PharmacyServices;
}
