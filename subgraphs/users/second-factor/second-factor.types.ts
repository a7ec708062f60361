import { Field, ID, InputType, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What an authenticator app needs; shown this once. 绑定验证器' })
export class SecondFactorEnrolment {
  @Field(() => String, { description: 'The secret in base 32, to type in. 密钥' })
  secret!: string;

  @Field(() => String, { description: 'The same as `otpauth://…`, for a QR code. 二维码内容' })
  uri!: string;
}

@ObjectType({ description: 'Codes for the day on which the authenticator app is lost. 恢复码' })
export class RecoveryCodes {
  @Field(() => [String], { description: 'Ten codes, each for one use; shown this once. 恢复码' })
  codes!: string[];
}

@InputType({ description: 'A code of the second factor. 二次验证码' })
export class SecondFactorCodeInput {
  @Field(() => String, {
    description: 'Six digits of the authenticator app; to verify or disable, a recovery code as well. 验证码',
  })
  code!: string;
}

@InputType({ description: 'Takes the second factor from an account whose owner lost it. 重置二次验证' })
export class ResetSecondFactorInput {
  @Field(() => ID, { description: 'Whose, `acc_<ULID>`. 账号' })
  accountId!: string;
}
