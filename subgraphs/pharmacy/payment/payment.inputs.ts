import { Field, ID, InputType } from 'type-graphql';
import { PayableType } from './payment.entity.ts';

@InputType({ description: 'What is to be paid for. 支付对象' })
export class PayableInput {
  @Field(() => PayableType, { description: 'Its kind. 类型' })
  type!: PayableType;

  @Field(() => ID, { description: 'Its identifier: `apt_…`, `con_…` or `ord_…`.' })
  id!: string;
}

@InputType({ description: 'A payment to begin. 发起支付' })
export class StartPaymentInput {
  @Field(() => PayableInput, { description: 'For what. 支付对象' })
  payable!: PayableInput;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry of this payment.' })
  idempotencyKey!: string;
}
