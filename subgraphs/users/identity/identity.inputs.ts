import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Links a phone to the account of the caller. 绑定手机号' })
export class LinkPhoneInput {
  @Field(() => String, { description: 'The number that got a code by `requestLoginCode`. 手机号' })
  phone!: string;

  @Field(() => String, { description: 'The six digits. 验证码' })
  code!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}

@InputType({ description: 'Takes a way to log in from the account of the caller. 解除绑定' })
export class UnlinkIdentityInput {
  @Field(() => ID, { description: 'Which one, `idt_<ULID>`. 登录方式' })
  identityId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}
