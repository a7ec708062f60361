import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { currentRequest } from '../../../shared/context/request-context.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import type { UsersContext } from '../context.ts';
import {
  LogInBySmsInput,
  LoginResult,
  RefreshSessionInput,
  RequestedLoginCode,
  RequestLoginCodeInput,
} from './login.types.ts';

@Resolver()
export class LoginResolver {
  @Mutation(() => RequestedLoginCode, { description: 'Sends a login code by SMS. 获取验证码' })
  async requestLoginCode(
    @Arg('input', () => RequestLoginCodeInput, { description: 'Which number.' }) input: RequestLoginCodeInput,
    @Ctx() { services }: UsersContext,
  ): Promise<RequestedLoginCode> {
    const phone = normalisePhone(input.phone);
    const subject = services.phoneIndex.of(phone);
    await services.limiter.attempt('SMS_SEND', subject);
    try {
      return await services.codes.send(phone);
    } catch (error) {
      // No message came of it: who is told to wait a minute must not lose the hour by asking again.
      await services.limiter.giveBack('SMS_SEND', subject);
      throw error;
    }
  }

  @Mutation(() => LoginResult, {
    description: 'Logs in with the code of an SMS; the first time makes the account. 验证码登录',
  })
  async logInBySms(
    @Arg('input', () => LogInBySmsInput, { description: 'Number and code.' }) input: LogInBySmsInput,
    @Ctx() { services }: UsersContext,
  ): Promise<LoginResult> {
    const phone = normalisePhone(input.phone);
    await services.limiter.attempt('SMS_LOGIN', services.phoneIndex.of(phone));
    const code = input.code.trim();
    if (!/^[0-9]{6}$/.test(code)) throw new AppError('LOGIN_CODE_WRONG');
    return services.logins.logIn(phone, code);
  }

  @Mutation(() => LoginResult, {
    description:
      'Exchanges a refresh token for a new pair. It may be repeated for 24 hours while neither the new refresh token nor its access token was used; after that the login ends. 用刷新令牌换取新令牌；新令牌均未使用时，24 小时内可重复调用，否则登录将被终止',
  })
  async refreshSession(
    @Arg('input', () => RefreshSessionInput, { description: 'The token.' }) input: RefreshSessionInput,
    @Ctx() { services }: UsersContext,
  ): Promise<LoginResult> {
    await services.limiter.attempt('REFRESH');
    const { refreshCookie } = currentRequest() ?? {};
    return services.sessions.refresh(input.refreshToken || (refreshCookie?.given ?? ''));
  }

  @Mutation(() => Boolean, {
    description:
      "Ends the session of the access token and that of the browser's cookie (`x-refresh-cookie: 1`), which is enough alone. Always true. 退出登录：结束访问令牌及浏览器 Cookie 对应的会话，仅有 Cookie 亦可。",
  })
  async logOut(@Ctx() { actor, services }: UsersContext): Promise<boolean> {
    await services.sessionEndings.logOut(actor);
    return true;
  }
}
