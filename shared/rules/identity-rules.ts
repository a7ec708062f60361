import type { SubgraphName } from '../config/config.ts';
import type { GraphqlContext } from '../context/graphql-context.ts';
import { AppError } from '../errors/app-error.ts';
import { rule } from './rules.ts';

/** Somebody is logged in, whoever it is. */
export const isLoggedIn = rule<GraphqlContext>('isLoggedIn', (_parent, _args, { actor }) => {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  return true;
});

/** Another subgraph calls, for itself. */
export const isService = rule<GraphqlContext>(
  'isService',
  (_parent, _args, { actor }) => actor.kind === 'service',
);

/** One other subgraph calls, for itself or in somebody's name. */
export const isServiceNamed = (name: SubgraphName) =>
  rule<GraphqlContext>(
    `isService(${name})`,
    (_parent, _args, { actor }) => actor.kind === 'service' && actor.name === name,
  );
