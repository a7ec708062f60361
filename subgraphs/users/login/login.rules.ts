import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

/** Whoever holds a login's answer holds the login itself: its fields need no rule of their own. */
export const loginRules: RuleMap = {
  Mutation: { requestLoginCode: anyone, logInBySms: anyone, refreshSession: anyone, logOut: isLoggedIn },
  RequestedLoginCode: anyone,
  LoginResult: anyone,
};
