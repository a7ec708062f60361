import type { GraphqlContext } from '../context/graphql-context.ts';
import { AppError } from '../errors/app-error.ts';
import { rule } from './rules.ts';

/** Somebody is logged in, whoever it is. */
export const isLoggedIn = rule<GraphqlContext>('isLoggedIn', (_parent, _args, { actor }) => {
  if (actor.kind === 'anonymous') throw new AppError('UNAUTHENTICATED');
  return true;
});
