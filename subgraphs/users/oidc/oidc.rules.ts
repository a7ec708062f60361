import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

export const oidcRules: RuleMap = {
  Query: { loginProviders: anyone },
  Mutation: { beginOidcLogin: anyone, logInByOidc: anyone },
  LoginProvider: anyone,
};
