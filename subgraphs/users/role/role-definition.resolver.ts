import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { holds } from '../../../shared/context/actor.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { Account } from '../account/account.entity.ts';
import type { UsersContext } from '../context.ts';
import { permissionCatalogue } from './permission-catalogue.ts';
import { RoleGrantConnection } from './role-grant.connection.ts';
import { Role, RoleGrant } from './role-grant.entity.ts';
import { CreateRoleInput, DeleteRoleInput, GrantsOfArgs, UpdateRoleInput } from './role.inputs.ts';
import { Permission } from './role.types.ts';
import { assertManagesRolesAt } from './grant-check.service.ts';
import { holdsWhereManaging, mayGiveSomewhere } from './role-reach.ts';
import { placeOfGrant } from './scope.ts';

@Resolver(() => Role)
export class RoleDefinitionResolver {
  @Query(() => [Role], {
    description:
      'All roles, 200 at most; for who manages roles at some places alone, those that they may grant there. 角色列表，仅限可授予的角色',
  })
  async roles(@Ctx() { actor, loaders, services }: UsersContext): Promise<Role[]> {
    const roles = await services.roleStore.all();
    const names = roles.map(({ name }) => name);
    const permissions = await Promise.all(
      names.map((name) => loaders.get(services.roleStore.permissionsOf, name, 'Role')),
    );
    return roles.filter(({ name }, index) => mayGiveSomewhere(actor, name, permissions[index] ?? []));
  }

  @Query(() => [Permission], {
    name: 'permissions',
    description:
      'Everything that a role can allow; for who manages roles at some places alone, what they hold there. 权限目录，仅限可管理的权限',
  })
  permissionCatalogue(@Ctx() { actor, locale }: UsersContext): Permission[] {
    const known = Object.entries(permissionCatalogue).filter(([name]) => holdsWhereManaging(actor, name));
    return known.map(([name, text]) => ({
      name,
      description: locale === 'en' ? text.en : text.zh,
    }));
  }

  @Query(() => RoleGrantConnection, {
    description: 'Who holds which role in exactly this place, for those who manage roles there. 授权列表',
  })
  async grantsOf(
    @Args(() => GrantsOfArgs) { scope, scopeId, hospitalId, first, after }: GrantsOfArgs,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<RoleGrantConnection> {
    const place = { scope, scopeId, hospitalId: hospitalId ?? '' };
    assertManagesRolesAt(actor, place);
    const size = pageSize(first);
    const key = cursorOf(after, (text) => parseId('grt', text));
    const rows = await services.roleStore.grantsOf(place, key, size + 1);
    return connectionOf(rows, size, (row) => row.id);
  }

  @Mutation(() => Role, { description: 'Makes a role. 新建角色' })
  async createRole(
    @Arg('input', () => CreateRoleInput, { description: 'What it is.' }) input: CreateRoleInput,
    @Ctx() context: UsersContext,
  ): Promise<Role> {
    const { actor, services, loaders } = context;
    return loaders.get(
      services.roleStore.byName,
      await services.roleDefinitions.create(actor, input),
      'Role',
    );
  }

  @Mutation(() => Role, {
    description: 'Changes what a role allows; effective everywhere within two seconds. 修改角色',
  })
  async updateRole(
    @Arg('input', () => UpdateRoleInput, { description: 'What it is to be.' }) input: UpdateRoleInput,
    @Ctx() context: UsersContext,
  ): Promise<Role> {
    const { actor, services, loaders } = context;
    return loaders.get(
      services.roleStore.byName,
      await services.roleDefinitions.update(actor, input),
      'Role',
    );
  }

  @Mutation(() => String, {
    description: 'Deletes a role that nobody holds, and tells its name. 删除角色',
  })
  async deleteRole(
    @Arg('input', () => DeleteRoleInput, { description: 'Which one.' }) input: DeleteRoleInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<string> {
    return services.roleDefinitions.delete(actor, input);
  }

  @FieldResolver(() => [String], { description: 'What it allows, in alphabetical order. 权限' })
  async permissions(@Root() role: Role, @Ctx() { loaders, services }: UsersContext): Promise<string[]> {
    return loaders.get(services.roleStore.permissionsOf, role.name, 'Role');
  }

  @FieldResolver(() => Int, {
    description:
      'How many hold it now, each place counted, where the caller manages roles. 授权数（可管理范围内）',
  })
  async grantCount(@Root() role: Role, @Ctx() { actor, loaders, services }: UsersContext): Promise<number> {
    const counts = (await loaders.of(services.roleStore.grantCountsOf).load(role.name)) ?? [];
    return counts
      .filter((place) => holds(actor, 'role.manage', placeOfGrant(place)))
      .reduce((sum, { count }) => sum + count, 0);
  }
}

@Resolver(() => RoleGrant)
export class RoleGrantResolver {
  @FieldResolver(() => ID, {
    name: 'hospitalId',
    nullable: true,
    description: 'The hospital of the department; null for every other scope. 科室所属医院，其他范围为空',
  })
  hospitalOf(@Root() { hospitalId }: RoleGrant): string | null {
    return hospitalId === '' ? null : hospitalId;
  }

  @FieldResolver(() => Account, { description: 'Who holds it, for those who may see accounts. 账号' })
  async account(@Root() grant: RoleGrant, @Ctx() { loaders, services }: UsersContext): Promise<Account> {
    return loaders.get(services.accounts.byId, grant.accountId, 'Account');
  }
}
