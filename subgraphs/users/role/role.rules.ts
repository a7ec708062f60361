import { holds } from '../../../shared/context/actor.ts';
import { isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { isOwnAccountOrReader } from '../account/account.rules.ts';

const mayManageRoles = rule<UsersContext>('mayManageRoles', (_parent, { input }, { actor }) => {
  const { scopeId } = input as { scopeId: string };
  return holds(actor, 'role.manage', scopeId);
});

export const roleRules: RuleMap = {
  Query: { sessionAuthority: isService },
  Mutation: { grantRole: mayManageRoles, revokeRole: mayManageRoles },
  Account: { grants: isOwnAccountOrReader },
  // Reached only by way of an account or an authority, whose fields have the rule.
  Grant: anyone,
  SessionAuthority: isService,
};
