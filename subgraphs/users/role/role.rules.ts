import { holds, holdsSomewhere } from '../../../shared/context/actor.ts';
import { isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { isOwnAccountOrReader } from '../account/account.rules.ts';
import type { RoleGrant } from './role-grant.entity.ts';

const mayManageRoles = rule<UsersContext>('mayManageRoles', (_parent, { input }, { actor }) => {
  const { scopeId } = input as { scopeId: string };
  return holds(actor, 'role.manage', scopeId);
});

const managesRoles = rule<UsersContext>('managesRoles', (_parent, _args, { actor }) =>
  holds(actor, 'role.manage'),
);

const managesRolesSomewhere = rule<UsersContext>('managesRolesSomewhere', (_parent, _args, { actor }) =>
  holdsSomewhere(actor, 'role.manage'),
);

const mayManageRolesThere = rule<UsersContext>('mayManageRolesThere', (_parent, { scopeId }, { actor }) =>
  holds(actor, 'role.manage', String(scopeId)),
);

const managesThisGrant = rule<UsersContext, RoleGrant>('managesThisGrant', ({ scopeId }, _args, { actor }) =>
  holds(actor, 'role.manage', scopeId),
);

export const roleRules: RuleMap = {
  Query: {
    sessionAuthority: isService,
    roles: managesRolesSomewhere,
    permissions: managesRolesSomewhere,
    grantsOf: mayManageRolesThere,
  },
  Mutation: {
    grantRole: mayManageRoles,
    revokeRole: mayManageRoles,
    createRole: managesRoles,
    updateRole: managesRoles,
    deleteRole: managesRoles,
  },
  Account: { grants: isOwnAccountOrReader },
  // Reached only by way of an account or an authority, whose fields have the rule.
  Grant: anyone,
  SessionAuthority: isService,
  Role: managesRolesSomewhere,
  Permission: managesRolesSomewhere,
  RoleGrant: managesThisGrant,
  // Without a word of their own; each grant in them has its rule.
  RoleGrantConnection: managesRolesSomewhere,
  RoleGrantEdge: managesRolesSomewhere,
};
