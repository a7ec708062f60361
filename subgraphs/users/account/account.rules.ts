import { holds } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import type { Account } from './account.entity.ts';

export const isOwnAccountOrReader = rule<UsersContext, Account>(
  'isOwnAccountOrReader',
  (account, _args, { actor }) =>
    (actor.kind === 'account' && actor.accountId === account.id) || holds(actor, 'account.read'),
);

const mayReadAccounts = rule<UsersContext>('mayReadAccounts', (_parent, _args, { actor }) =>
  holds(actor, 'account.read'),
);

const maySuspendAccounts = rule<UsersContext>('maySuspendAccounts', (_parent, _args, { actor }) =>
  // The answer is an account, which is not refused after the account was stopped.
  ['account.suspend', 'account.read'].every((each) => holds(actor, each)),
);

export const accountRules: RuleMap = {
  Query: { me: anyone, account: mayReadAccounts },
  Mutation: {
    updateMyAccount: isLoggedIn,
    suspendAccount: maySuspendAccounts,
    reinstateAccount: maySuspendAccounts,
  },
  Account: {
    id: isOwnAccountOrReader,
    displayName: isOwnAccountOrReader,
    createdAt: isOwnAccountOrReader,
    status: isOwnAccountOrReader,
    city: isOwnAccountOrReader,
    version: isOwnAccountOrReader,
  },
};
