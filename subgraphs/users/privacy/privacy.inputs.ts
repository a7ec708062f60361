import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Asks for a copy of one’s data. 申请个人信息副本' })
export class RequestMyExportInput {
  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}

@InputType({ description: 'Asks for the erasure of one’s account. 申请注销' })
export class RequestErasureInput {
  @Field(() => String, {
    nullable: true,
    description:
      'A code that a phone of the account got (`requestLoginCode`); not needed in the first ten minutes of a login. 验证码',
  })
  code?: string | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}

@InputType({ description: 'Takes an erasure back. 撤销注销申请' })
export class CancelErasureInput {
  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}
