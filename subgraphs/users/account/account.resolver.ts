import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import type { UsersContext } from '../context.ts';
import { Account } from './account.entity.ts';

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
}
