import type { GraphqlContext } from '../../../shared/context/graphql-context.ts';
import { currentRequest } from '../../../shared/context/request-context.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';

/** Somebody is logged in, by an access token or, in a browser, by the cookie alone. */
const hasLogin = rule<GraphqlContext>('hasLogin', (_parent, _args, { actor }) => {
  if (actor.kind === 'account' || currentRequest()?.refreshCookie !== undefined) return true;
  throw new AppError('UNAUTHENTICATED');
});

/** Whoever holds a login's answer holds the login itself: its fields need no rule of their own. */
export const loginRules: RuleMap = {
  Mutation: { requestLoginCode: anyone, logInBySms: anyone, refreshSession: anyone, logOut: hasLogin },
  RequestedLoginCode: anyone,
  LoginResult: anyone,
};
