import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import type { Account } from './account.entity.ts';

const isOwnAccount = rule<UsersContext, Account>(
  'isOwnAccount',
  (account, _args, { actor }) => actor.kind === 'account' && actor.accountId === account.id,
);

export const accountRules: RuleMap = {
  Query: { me: anyone },
  Account: isOwnAccount,
};
