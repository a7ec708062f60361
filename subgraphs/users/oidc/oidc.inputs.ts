import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { LoginPurpose } from '../login/party-login.types.ts';

@ObjectType({ description: 'Somebody else with whom people can log in here. 第三方登录提供方' })
export class LoginProvider {
  @Field(() => ID, { description: 'Identifier, such as `hospital`.' })
  id!: string;

  @Field(() => String, { description: 'Name, in the language of the caller. 名称' })
  name!: string;
}

@InputType({ description: 'Begins a login with a provider. 发起第三方登录' })
export class BeginOidcLoginInput {
  @Field(() => ID, { description: 'With which one, as `loginProviders` has it. 提供方' })
  providerId!: string;

  @Field(() => String, { description: 'Where it sends the browser back to; one that is allowed. 回调地址' })
  redirectUri!: string;

  @Field(() => LoginPurpose, {
    defaultValue: LoginPurpose.LOGIN,
    description: 'To log in, or to link it to the account of the caller. 用途',
  })
  purpose!: LoginPurpose;
}

@InputType({ description: 'What a provider answered. 第三方授权结果' })
export class OidcAnswer {
  @Field(() => ID, { description: 'With which one it began. 提供方' })
  providerId!: string;

  @Field(() => String, { description: 'The whole address at which the browser came back. 回调结果地址' })
  callbackUrl!: string;

  @Field(() => String, { description: 'The secret of the beginning.' })
  verifier!: string;
}

@InputType({ description: 'Logs in with a provider. 第三方登录' })
export class LogInByOidcInput extends OidcAnswer {}

@InputType({ description: 'Links an account with a provider to the account of the caller. 绑定第三方账号' })
export class LinkOidcInput extends OidcAnswer {
  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}
