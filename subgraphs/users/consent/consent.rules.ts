import { holds } from '../../../shared/context/actor.ts';
import { isLoggedIn, isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import type { Consent } from './consent.entity.ts';

const isOwnConsent = rule<UsersContext, Consent>(
  'isOwnConsent',
  ({ accountId }, _args, { actor }) => actor.kind === 'account' && actor.accountId === accountId,
);

const mayPublishConsentDocuments = rule<UsersContext>(
  'mayPublishConsentDocuments',
  (_parent, _args, { actor }) => holds(actor, 'consent.publish'),
);

export const consentRules: RuleMap = {
  Query: { consentDocuments: anyone, myConsents: isLoggedIn, missingConsents: isService },
  MissingConsent: isService,
  Mutation: {
    giveConsent: isLoggedIn,
    withdrawConsent: isLoggedIn,
    publishConsentDocument: mayPublishConsentDocuments,
  },
  // What everybody is asked to agree to is public.
  ConsentDocument: anyone,
  Consent: isOwnConsent,
  ConsentConnection: isLoggedIn,
  ConsentEdge: isLoggedIn,
};
