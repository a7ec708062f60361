import { holds } from '../../../shared/context/actor.ts';
import { isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { UsersContext } from '../context.ts';
import { isOwnAccountOrReader } from '../account/account.rules.ts';
import type { RoleGrant } from './role-grant.entity.ts';
import { placeOfGrant } from './scope.ts';

const managesRoles = rule<UsersContext>('managesRoles', (_parent, _args, { actor }) =>
  holds(actor, 'role.manage'),
);

/** At which place is decided where that is known, in the service. */
const managesRolesSomewhere = somewhere('role.manage');

const managesThisGrant = rule<UsersContext, RoleGrant>('managesThisGrant', (grant, _args, { actor }) =>
  holds(actor, 'role.manage', placeOfGrant(grant)),
);

export const roleRules: RuleMap = {
  Query: {
    sessionAuthority: isService,
    roles: managesRolesSomewhere,
    permissions: managesRolesSomewhere,
    grantsOf: managesRolesSomewhere,
  },
  Mutation: {
    grantRole: managesRolesSomewhere,
    revokeRole: managesRolesSomewhere,
    createRole: managesRoles,
    updateRole: managesRoles,
    deleteRole: managesRoles,
  },
  Account: { grants: isOwnAccountOrReader },
  // Reached only by way of an account or an authority, whose fields have the rule.
  Grant: anyone,
  // The answer to a change that was allowed; it holds what the caller may see.
  ChangeGrantPayload: anyone,
  SessionAuthority: isService,
  Role: managesRolesSomewhere,
  Permission: managesRolesSomewhere,
  RoleGrant: managesThisGrant,
  // Without a word of their own; each grant in them has its rule.
  RoleGrantConnection: managesRolesSomewhere,
  RoleGrantEdge: managesRolesSomewhere,
};
