import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { UsersContext } from '../context.ts';
import { LoginResult } from '../login/login.types.ts';
import { BegunLogin } from '../login/party-login.types.ts';
import { BeginOidcLoginInput, LogInByOidcInput, LoginProvider } from './oidc.inputs.ts';

@Resolver()
export class OidcResolver {
  @Query(() => [LoginProvider], { description: 'With whom people can log in here. 第三方登录列表' })
  loginProviders(@Ctx() { locale, services }: UsersContext): LoginProvider[] {
    const isEnglish = locale.toLowerCase().startsWith('en');
    return services.oidc.providers.map(({ id, name }) => ({ id, name: isEnglish ? name.en : name.zh }));
  }

  @Mutation(() => BegunLogin, { description: 'Begins a login with a provider in a browser. 发起第三方登录' })
  async beginOidcLogin(
    @Arg('input', () => BeginOidcLoginInput, { description: 'With whom.' }) input: BeginOidcLoginInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<BegunLogin> {
    await services.limiter.attempt('OIDC');
    return services.oidc.begin(input, actor);
  }

  @Mutation(() => LoginResult, {
    description: 'Logs in with what a provider answered; the first time makes the account. 第三方登录',
  })
  async logInByOidc(
    @Arg('input', () => LogInByOidcInput, { description: 'What it answered.' }) input: LogInByOidcInput,
    @Ctx() { services }: UsersContext,
  ): Promise<LoginResult> {
    await services.limiter.attempt('OIDC');
    return services.oidc.logIn(input);
  }
}
