import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { mayEndOthers } from './session-ending.service.ts';
import type { Session } from './session.entity.ts';

const mayEndSessions = rule<UsersContext>('mayEndSessions', (_parent, _args, { actor }) =>
  mayEndOthers(actor),
);

const isOwnSessionOrMayEndSessions = rule<UsersContext, Session>(
  'isOwnSessionOrMayEndSessions',
  ({ accountId }, _args, { actor }) =>
    (actor.kind === 'account' && actor.accountId === accountId) || mayEndOthers(actor),
);

export const sessionRules: RuleMap = {
  Query: { mySessions: isLoggedIn, accountSessions: mayEndSessions },
  Mutation: {
    revokeSession: isLoggedIn,
    revokeOtherSessions: isLoggedIn,
    revokeAllSessions: isLoggedIn,
    revokeAccountSessions: mayEndSessions,
  },
  Session: isOwnSessionOrMayEndSessions,
};
