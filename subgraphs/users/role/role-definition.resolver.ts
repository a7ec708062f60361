import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { Account } from '../account/account.entity.ts';
import type { UsersContext } from '../context.ts';
import { permissionCatalogue } from './permission-catalogue.ts';
import { RoleGrantConnection } from './role-grant.connection.ts';
import { Role, RoleGrant } from './role-grant.entity.ts';
import { CreateRoleInput, DeleteRoleInput, GrantsOfArgs, UpdateRoleInput } from './role.inputs.ts';
import { Permission } from './role.types.ts';
import { assertScope } from './scope.ts';

@Resolver(() => Role)
export class RoleDefinitionResolver {
  @Query(() => [Role], { description: 'All roles, 200 at most. 角色列表' })
  async roles(@Ctx() { services }: UsersContext): Promise<Role[]> {
    return services.roleStore.all();
  }

  @Query(() => [Permission], {
    name: 'permissions',
    description: 'Everything that a role can allow. 权限目录',
  })
  permissionCatalogue(@Ctx() { locale }: UsersContext): Permission[] {
    return Object.entries(permissionCatalogue).map(([name, text]) => ({
      name,
      description: locale === 'en' ? text.en : text.zh,
    }));
  }

  @Query(() => RoleGrantConnection, {
    description: 'Who holds which role in exactly this place, for those who manage roles there. 授权列表',
  })
  async grantsOf(
    @Args(() => GrantsOfArgs) { scope, scopeId, first, after }: GrantsOfArgs,
    @Ctx() { services }: UsersContext,
  ): Promise<RoleGrantConnection> {
    assertScope(scope, scopeId);
    const size = pageSize(first);
    const key = cursorOf(after, (text) => parseId('grt', text));
    const rows = await services.roleStore.grantsOf(scope, scopeId, key, size + 1);
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

  @FieldResolver(() => Int, { description: 'How many hold it now, each place counted. 授权数' })
  async grantCount(@Root() role: Role, @Ctx() { loaders, services }: UsersContext): Promise<number> {
    return loaders.get(services.roleStore.grantCountOf, role.name, 'Role');
  }
}

@Resolver(() => RoleGrant)
export class RoleGrantResolver {
  @FieldResolver(() => Account, { description: 'Who holds it, for those who may see accounts. 账号' })
  async account(@Root() grant: RoleGrant, @Ctx() { loaders, services }: UsersContext): Promise<Account> {
    return loaders.get(services.accounts.byId, grant.accountId, 'Account');
  }
}
