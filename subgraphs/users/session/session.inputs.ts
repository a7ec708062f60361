import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Ends a login. 下线' })
export class RevokeSessionInput {
  @Field(() => ID, { description: 'Which one, `ses_<ULID>`. 会话' })
  sessionId!: string;
}

@InputType({ description: 'Ends all logins of an account. 强制下线' })
export class RevokeAccountSessionsInput {
  @Field(() => ID, { description: 'Whose, `acc_<ULID>`. 账号' })
  accountId!: string;
}
