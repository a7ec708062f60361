import { isNowhere, reachOf } from '../context/actor.ts';
import type { GraphqlContext } from '../context/graphql-context.ts';
import { AppError } from '../errors/app-error.ts';
import { rule, type Rule } from './rules.ts';

/**
 * The first of two checks: the caller holds one of the permissions at some place, whichever. It keeps everybody else
 * out before anything is read, and never decides: the resolver or the service checks the place of the row. A test
 * names, for each field with such a rule, where that is done.
 */
export function somewhere(...permissions: readonly string[]): Rule {
  return rule<GraphqlContext>(`holdsSomewhere(${permissions.join(', ')})`, (_parent, _args, { actor }) => {
    if (actor.kind === 'anonymous') throw new AppError('UNAUTHENTICATED');
    return !isNowhere(reachOf(actor, ...permissions));
  });
}
