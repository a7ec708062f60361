import { Field, ID, InputType } from 'type-graphql';

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
