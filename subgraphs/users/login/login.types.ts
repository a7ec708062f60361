import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@InputType({ description: 'Asks for a login code by SMS. 获取验证码' })
export class RequestLoginCodeInput {
  @Field(() => String, { description: 'Mainland mobile number, `+8613800000001` or `13800000001`. 手机号' })
  phone!: string;
}

@ObjectType({ description: 'A code is on its way; the same answer for every number. 验证码已发送' })
export class RequestedLoginCode {
  @Field(() => DateTime, { description: 'Until when the code can be used. 有效期' })
  validUntil!: Date;

  @Field(() => DateTime, { description: 'From when another one can be asked for.' })
  resendAfter!: Date;
}

@InputType({ description: 'Logs in with the code of an SMS. 验证码登录' })
export class LogInBySmsInput {
  @Field(() => String, { description: 'The number that got the code. 手机号' })
  phone!: string;

  @Field(() => String, { description: 'The six digits. 验证码' })
  code!: string;
}

@InputType({ description: 'Exchanges a refresh token. 刷新登录' })
export class RefreshSessionInput {
  @Field(() => String, {
    nullable: true,
    description: 'The refresh token of the last answer; left out or empty where it is in the cookie.',
  })
  refreshToken?: string | null;
}

@ObjectType({ description: 'A login. 登录结果' })
export class LoginResult {
  @Field(() => String, { description: 'Send it as `Authorization: Bearer …`. 访问令牌' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends.' })
  accessTokenExpiresAt!: Date;

  /** Shown to those alone who do not have it in a cookie. */
  refreshToken!: string;

  @Field(() => ID, { description: 'Who is logged in, `acc_<ULID>`. 账号' })
  accountId!: string;

  hasSecondFactor!: boolean;
}
