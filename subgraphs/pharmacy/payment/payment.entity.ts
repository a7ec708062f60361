import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { Money } from '../../../shared/money/money.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum PayableType {
  APPOINTMENT = 'APPOINTMENT',
  CONSULTATION = 'CONSULTATION',
  ORDER = 'ORDER',
}

registerEnumType(PayableType, {
  name: 'PayableType',
  description: 'What can be paid for. 支付对象',
  valuesConfig: {
    APPOINTMENT: { description: '挂号' },
    CONSULTATION: { description: '问诊' },
    ORDER: { description: '药品订单' },
  },
});

export enum PaymentStatus {
  PENDING = 'PENDING',
  SUCCEEDED = 'SUCCEEDED',
  DECLINED = 'DECLINED',
  CLOSED = 'CLOSED',
  REFUNDING = 'REFUNDING',
  REFUNDED = 'REFUNDED',
}

registerEnumType(PaymentStatus, {
  name: 'PaymentStatus',
  description: 'Where a payment stands. 支付状态',
  valuesConfig: {
    PENDING: { description: '待支付' },
    SUCCEEDED: { description: '支付成功' },
    DECLINED: { description: 'The provider refused; pay anew. 支付失败' },
    CLOSED: { description: 'Its time passed without money. 已关闭' },
    REFUNDING: { description: 'The money is on its way back. 退款中' },
    REFUNDED: { description: '已退款' },
  },
});

const fen = { to: (value: number) => value, from: Number };

/** Money for one thing through the provider. Of cards and wallets nothing is known here, and so nothing is kept. */
@Entity('payment')
@ObjectType({ description: 'A payment. 支付' })
export class Payment {
  @Field(() => ID, { description: 'Identifier, `pay_<ULID>`; the number of the order at the provider too.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => PayableType, { description: 'The kind of what is paid for. 支付对象类型' })
  @Column({ type: 'varchar', length: 16, name: 'payable_type' })
  payableType!: PayableType;

  @Field(() => ID, { description: 'What is paid for. 支付对象' })
  @Column({ ...idColumn, name: 'payable_id' })
  payableId!: string;

  @Column({ ...idColumn, name: 'payer_account_id' })
  payerAccountId!: string;

  @Field(() => String, { description: 'What it is for, as the payment page says it. 商品描述' })
  @Column({ type: 'varchar', length: 128 })
  description!: string;

  @Field(() => Money, { name: 'amount', description: 'How much. 金额' })
  @Column({ type: 'bigint', name: 'amount_fen', transformer: fen })
  amountFen!: number;

  @Field(() => Money, { name: 'refunded', description: 'How much of it goes or went back. 退款金额' })
  @Column({ type: 'bigint', name: 'refunded_fen', transformer: fen })
  refundedFen!: number;

  @Field(() => PaymentStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16 })
  status!: PaymentStatus;

  /** `<type>:<id>` of the payable while this is the payment of it: unique, so that nobody pays twice. */
  @Column({ type: 'varchar', length: 64, name: 'live_key', nullable: true })
  liveKey!: string | null;

  /** A second payment of what was paid already: nobody was told of it, and it goes back. */
  @Column({ type: 'boolean', name: 'is_duplicate' })
  isDuplicate!: boolean;

  /** The provider's own number. */
  @Column({ type: 'varchar', length: 64, name: 'trade_no', nullable: true })
  tradeNo!: string | null;

  @Column({ type: 'varchar', length: 512, name: 'pay_url', nullable: true })
  payUrl!: string | null;

  @Field(() => DateTime, { description: 'Until when it can be paid. 支付截止时间' })
  @Column({ type: 'datetime', precision: 3, name: 'expires_at' })
  expiresAt!: Date;

  @Field(() => DateTime, { description: 'When it was begun. 创建时间' })
  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the money came. 支付时间' })
  @Column({ type: 'datetime', precision: 3, name: 'paid_at', nullable: true })
  paidAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the money had gone back. 退款时间' })
  @Column({ type: 'datetime', precision: 3, name: 'refunded_at', nullable: true })
  refundedAt!: Date | null;

  /** When to ask the provider next, for a callback may be lost; null when there is nothing more to learn. */
  @Column({ type: 'datetime', precision: 3, name: 'next_check_at', nullable: true })
  nextCheckAt!: Date | null;

  @Column({ type: 'int' })
  checks!: number;

  @Field(() => Int, { description: 'Grows with each change. 版本' })
  @Column({ type: 'int' })
  version!: number;
}

/** The money of a payment on its way back; its identifier is the provider's refund number, under which it goes once. */
@Entity('refund')
export class Refund {
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'payment_id' })
  paymentId!: string;

  @Column({ type: 'bigint', name: 'amount_fen', transformer: fen })
  amountFen!: number;

  @Column({ type: 'varchar', length: 64 })
  reason!: string;

  @Column({ type: 'varchar', length: 16 })
  status!: 'REQUESTED' | 'DONE';

  @Column({ type: 'int' })
  attempts!: number;

  @Column({ type: 'datetime', precision: 3, name: 'next_try_at' })
  nextTryAt!: Date;

  @Column({ type: 'datetime', precision: 3, name: 'requested_at' })
  requestedAt!: Date;
}
