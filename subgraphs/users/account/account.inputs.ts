import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'What the owner of an account changes; what is left out stays. 修改个人资料' })
export class UpdateMyAccountInput {
  @Field(() => String, {
    nullable: true,
    description: 'What others call the caller, 1 to 64 characters. 昵称',
  })
  displayName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the caller lives: six digits of GB/T 2260; null takes it away. 所在地区',
  })
  city?: string | null;

  @Field(() => Int, { description: 'The version of the account that is changed. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Stops an account. 停用账号' })
export class SuspendAccountInput {
  @Field(() => ID, { description: 'Which one, `acc_<ULID>`. 账号' })
  accountId!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters; kept encrypted. 原因' })
  reason!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Lets a suspended account go on. 恢复账号' })
export class ReinstateAccountInput {
  @Field(() => ID, { description: 'Which one, `acc_<ULID>`. 账号' })
  accountId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
