import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import type { UsersContext } from '../context.ts';
import { Account } from './account.entity.ts';
import { ReinstateAccountInput, SuspendAccountInput, UpdateMyAccountInput } from './account.inputs.ts';

@Resolver(() => Account)
export class AccountResolver {
  @Query(() => Account, { nullable: true, description: 'Who is logged in; null for nobody. 当前账号' })
  async me(@Ctx() { actor, loaders, services }: UsersContext): Promise<Account | null> {
    return actor.kind === 'account' ? loaders.of(services.accounts.byId).load(actor.accountId) : null;
  }

  @Query(() => Account, { nullable: true, description: 'An account by identifier, for administrators. 账号' })
  async account(
    @Arg('id', () => ID, { description: 'Identifier, `acc_<ULID>`.' }) id: string,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Account | null> {
    return loaders.of(services.accounts.byId).load(parseId('acc', id));
  }

  @Mutation(() => Account, { description: 'Changes the account of the caller. 修改个人资料' })
  async updateMyAccount(
    @Arg('input', () => UpdateMyAccountInput, { description: 'What changes.' }) input: UpdateMyAccountInput,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<Account> {
    const id = await services.accountEditing.update(actor, input);
    loaders.clear();
    return loaders.get(services.accounts.byId, id, 'Account');
  }

  @Mutation(() => Account, {
    description: 'Stops an account; effective everywhere within two seconds. 停用账号',
  })
  async suspendAccount(
    @Arg('input', () => SuspendAccountInput, { description: 'Which one, and why.' })
    input: SuspendAccountInput,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<Account> {
    const id = await services.accountSuspension.suspend(actor, input);
    return loaders.get(services.accounts.byId, id, 'Account');
  }

  @Mutation(() => Account, { description: 'Lets a suspended account go on. 恢复账号' })
  async reinstateAccount(
    @Arg('input', () => ReinstateAccountInput, { description: 'Which one.' }) input: ReinstateAccountInput,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<Account> {
    const id = await services.accountSuspension.reinstate(actor, input);
    return loaders.get(services.accounts.byId, id, 'Account');
  }
}
