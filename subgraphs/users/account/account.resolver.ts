import { Ctx, Query, Resolver } from 'type-graphql';
import type { UsersContext } from '../context.ts';
import { Account } from './account.entity.ts';

@Resolver(() => Account)
export class AccountResolver {
  @Query(() => Account, { nullable: true, description: 'Who is logged in; null for nobody. 当前账号' })
  async me(@Ctx() { actor, loaders, services }: UsersContext): Promise<Account | null> {
    return actor.kind === 'account' ? loaders.of(services.accounts.byId).load(actor.accountId) : null;
  }
}
