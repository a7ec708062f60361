import { AppError } from '../../../shared/errors/app-error.ts';
import { rule } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';

/**
 * Somebody is logged in and, where the account has a second factor, has given it in this session. For what hands the
 * account or its people to somebody else: whoever got hold of a phone alone must not be able to.
 */
export const isVerified = rule<UsersContext>('isVerified', async (_parent, _args, { actor, services }) => {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  if (!(await services.secondFactors.isGivenIn(actor))) throw new AppError('SECOND_FACTOR_NEEDED');
  return true;
});
