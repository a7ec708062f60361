import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { isVerified } from '../second-factor/second-factor.access.ts';

const isOwnPrivacyMatter = rule<UsersContext, { accountId: string }>(
  'isOwnPrivacyMatter',
  ({ accountId }, _args, { actor }) => actor.kind === 'account' && actor.accountId === accountId,
);

export const privacyRules: RuleMap = {
  Query: { myExports: isLoggedIn, myErasure: isLoggedIn },
  Mutation: { requestMyExport: isVerified, requestErasure: isVerified, cancelErasure: isLoggedIn },
  DataExport: isOwnPrivacyMatter,
  ErasureRequest: isOwnPrivacyMatter,
};
