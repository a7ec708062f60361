import { Field, ID, InputType } from 'type-graphql';

const KEY = 'Chosen by the client, the same for every retry of this call.';

@InputType({ description: 'A signing key to make. 创建签名密钥' })
export class CreateSigningKeyInput {
  @Field(() => String, {
    description: 'The PIN that will be asked at each signature, 6 to 12 digits. 签名密码',
  })
  pin!: string;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'A new signing key in place of the one in use. 更换签名密钥' })
export class ReplaceSigningKeyInput {
  @Field(() => String, { description: 'The PIN of the key in use. 原签名密码' })
  currentPin!: string;

  @Field(() => String, { description: 'The PIN of the new key, 6 to 12 digits. 新签名密码' })
  newPin!: string;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'A signing key that is to sign no more. 停用签名密钥' })
export class RetireSigningKeyInput {
  @Field(() => ID, { description: 'The key, `sgk_<ULID>`.' })
  keyId!: string;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}
