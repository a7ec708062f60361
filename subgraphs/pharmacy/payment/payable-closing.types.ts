import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Directive('@inaccessible')
@ObjectType({ description: 'The payment by which a thing was paid, for its owner. 供业务方确认的支付。' })
export class PayablePayment {
  @Field(() => ID, { description: 'Identifier of the payment, `pay_<ULID>`. 支付标识。' })
  paymentId!: string;

  @Field(() => ID, { description: 'The account that paid. 付款账户。' })
  payerAccountId!: string;

  @Field(() => Int, { description: 'The amount in fen. 金额（分）。' })
  amountFen!: number;

  @Field(() => DateTime, { description: 'When the money came. 到账时间。' })
  paidAt!: Date;
}

@Directive('@inaccessible')
@ObjectType({ description: 'Whether a thing could be closed unpaid. 待支付项目的关闭结果。' })
export class PayableClosed {
  @Field(() => String, {
    description:
      '`CLOSED`: later money goes back; `PAID`: keep it; `UNDECIDED`: ask again. CLOSED 为已关闭，PAID 为已支付，UNDECIDED 为尚未确定，须再次询问。',
  })
  outcome!: string;

  @Field(() => PayablePayment, {
    nullable: true,
    description: 'The payment when it was paid, else null. 已支付时的支付，否则为空。',
  })
  payment!: PayablePayment | null;
}
