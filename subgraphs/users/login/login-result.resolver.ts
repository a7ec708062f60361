import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { currentRequest } from '../../../shared/context/request-context.ts';
import type { UsersContext } from '../context.ts';
import { SecondFactorState, stateOf } from '../second-factor/second-factor.state.ts';
import { LoginResult } from './login.types.ts';

@Resolver(() => LoginResult)
export class LoginResultResolver {
  @FieldResolver(() => String, {
    description:
      'Exchange it for the next pair; each works once. Empty for a browser that has it as a cookie (`x-refresh-cookie: 1`). 刷新令牌',
  })
  refreshToken(@Root() { refreshToken }: LoginResult): string {
    return currentRequest()?.refreshCookie === undefined ? refreshToken : '';
  }

  @FieldResolver(() => SecondFactorState, {
    description: 'Whether the login lacks a second factor; it has few rights until it is given. 二次验证状态',
  })
  async secondFactor(
    @Root() { accountId, hasSecondFactor }: LoginResult,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<SecondFactorState> {
    return stateOf(hasSecondFactor, await loaders.of(services.secondFactorNeeds).load(accountId));
  }
}
