import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { UsersContext } from '../context.ts';
import { LoginResult } from '../login/login.types.ts';
import { BegunLogin } from '../login/party-login.types.ts';
import { BeginWechatLoginInput, LogInByWechatInput, LogInByWechatMiniProgramInput } from './wechat.inputs.ts';

@Resolver()
export class WechatResolver {
  @Mutation(() => BegunLogin, {
    description: 'Begins a login by WeChat in a browser: a QR code, or a question in WeChat. 发起微信登录',
  })
  async beginWechatLogin(
    @Arg('input', () => BeginWechatLoginInput, { description: 'How.' }) input: BeginWechatLoginInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<BegunLogin> {
    await services.limiter.attempt('WECHAT');
    return services.wechat.begin(input, actor);
  }

  @Mutation(() => LoginResult, {
    description: 'Logs in with what WeChat gave; the first time makes the account. 微信登录',
  })
  async logInByWechat(
    @Arg('input', () => LogInByWechatInput, { description: 'What it gave.' }) input: LogInByWechatInput,
    @Ctx() { services }: UsersContext,
  ): Promise<LoginResult> {
    await services.limiter.attempt('WECHAT');
    return services.wechat.logIn(input);
  }

  @Mutation(() => LoginResult, {
    description: 'Logs in from the mini-program, with the phone or without it. 小程序登录',
  })
  async logInByWechatMiniProgram(
    @Arg('input', () => LogInByWechatMiniProgramInput, { description: 'What WeChat gave.' })
    { code, phoneCode }: LogInByWechatMiniProgramInput,
    @Ctx() { services }: UsersContext,
  ): Promise<LoginResult> {
    await services.limiter.attempt('WECHAT');
    return services.wechat.logInByMiniProgram(code, phoneCode ?? undefined);
  }
}
