import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Directive('@inaccessible')
@ObjectType({ description: 'What is to be paid for a thing, now. 待支付' })
export class Payable {
  @Field(() => Int, { description: 'Amount in fen. 金额（分）' })
  amountFen!: number;

  @Field(() => ID, { description: 'The account that pays. 付款账户' })
  payerAccountId!: string;

  @Field(() => DateTime, { description: 'Until when it may be paid. 支付截止时间' })
  expiresAt!: Date;

  @Field(() => String, {
    description: 'For the payment page: what it is for, without a word of a person. 商品描述',
  })
  description!: string;
}
