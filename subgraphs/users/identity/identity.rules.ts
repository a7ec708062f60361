import { holds } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { isOwnAccountOrReader } from '../account/account.rules.ts';
import type { UsersContext } from '../context.ts';
import type { Identity } from '../login/identity.entity.ts';
import { isVerified } from '../second-factor/second-factor.access.ts';

const isOwnIdentityOrReader = rule<UsersContext, Identity>(
  'isOwnIdentityOrReader',
  ({ accountId }, _args, { actor }) =>
    (actor.kind === 'account' && actor.accountId === accountId) || holds(actor, 'account.read'),
);

export const identityRules: RuleMap = {
  Query: { myIdentities: isLoggedIn },
  Mutation: {
    linkPhone: isVerified,
    linkWechat: isVerified,
    linkWechatMiniProgram: isVerified,
    linkOidc: isVerified,
    unlinkIdentity: isVerified,
  },
  Account: { identities: isOwnAccountOrReader },
  Identity: isOwnIdentityOrReader,
};
