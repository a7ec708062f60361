import { holds } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';

const mayResetSecondFactors = rule<UsersContext>('mayResetSecondFactors', (_parent, _args, { actor }) =>
  holds(actor, 'second_factor.reset'),
);

/** What the answers hold belongs to whoever asked: their fields need no rule of their own. */
export const secondFactorRules: RuleMap = {
  Mutation: {
    beginSecondFactor: isLoggedIn,
    confirmSecondFactor: isLoggedIn,
    verifySecondFactor: isLoggedIn,
    renewRecoveryCodes: isLoggedIn,
    disableSecondFactor: isLoggedIn,
    resetSecondFactor: mayResetSecondFactors,
  },
  SecondFactorEnrolment: anyone,
  RecoveryCodes: anyone,
};
