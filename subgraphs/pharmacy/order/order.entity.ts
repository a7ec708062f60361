import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { Money } from '../../../shared/money/money.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum OrderStatus {
  PENDING_PAYMENT = 'PENDING_PAYMENT',
  PAID = 'PAID',
  DISPENSED = 'DISPENSED',
  CANCELLED = 'CANCELLED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description: 'Where an order stands. 订单状态',
  valuesConfig: {
    PENDING_PAYMENT: { description: 'The medicine is held until it is paid. 待支付' },
    PAID: { description: 'Waits to be handed out. 已支付' },
    DISPENSED: { description: '已发药' },
    CANCELLED: { description: '已取消' },
    EXPIRED: { description: 'Was not paid in time. 已过期' },
  },
});

const fen = { to: (value: number) => value, from: Number };

@Entity('medicine_order')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'An order of medicine at one pharmacy. 药品订单' })
export class Order {
  @Field(() => ID, { description: 'Identifier, `ord_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  /** Whose order it is, and who pays. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  /** For whom; null without a prescription. */
  @Column({ ...idColumn, name: 'patient_id', nullable: true })
  patientId!: string | null;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Column({ ...idColumn, name: 'prescription_id', nullable: true })
  prescriptionId!: string | null;

  @Field(() => OrderStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16 })
  status!: OrderStatus;

  @Field(() => Money, { name: 'total', description: 'What all of it costs. 总金额' })
  @Column({ type: 'bigint', name: 'total_fen', transformer: fen })
  totalFen!: number;

  @Field(() => Money, { name: 'insurancePart', description: 'What the insurer pays of it. 医保支付' })
  @Column({ type: 'bigint', name: 'insurance_fen', transformer: fen })
  insuranceFen!: number;

  @Field(() => Money, {
    name: 'patientPart',
    description: 'What is to be paid: the total less the insurance. 个人支付',
  })
  @Column({ type: 'bigint', name: 'patient_fen', transformer: fen })
  patientFen!: number;

  @Field(() => Boolean, { description: 'Whether the insurer pays a part. 是否使用医保' })
  @Column({ type: 'boolean', name: 'use_insurance' })
  useInsurance!: boolean;

  @Field(() => DateTime, { description: 'Until when it is to be paid; then it expires. 支付截止时间' })
  @Column({ type: 'datetime', precision: 3, name: 'pay_by' })
  payBy!: Date;

  @Field(() => DateTime, { description: 'When it was placed. 下单时间' })
  @Column({ type: 'datetime', precision: 3, name: 'placed_at' })
  placedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was paid. 支付时间' })
  @Column({ type: 'datetime', precision: 3, name: 'paid_at', nullable: true })
  paidAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was cancelled or expired. 结束时间' })
  @Column({ type: 'datetime', precision: 3, name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was cancelled, a code. 取消原因' })
  @Column({ type: 'varchar', length: 64, name: 'end_reason', nullable: true })
  endReason!: string | null;

  @Field(() => Int, { description: 'Give this as `expectedVersion` to cancel. 版本' })
  @Column({ type: 'int' })
  version!: number;
}

@Entity('order_line')
@ObjectType({ description: 'One medicine of an order. 订单明细' })
export class OrderLine {
  @PrimaryColumn({ ...idColumn, name: 'order_id' })
  orderId!: string;

  @PrimaryColumn({ type: 'int' })
  position!: number;

  @Column({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  /** The line of the prescription; null for what needs none. */
  @Column({ ...idColumn, name: 'prescription_line_id', nullable: true })
  prescriptionLineId!: string | null;

  @Field(() => Int, { description: 'Packs. 数量' })
  @Column({ type: 'int' })
  quantity!: number;

  /** Yuan for one pack with six decimals, as it was when the order was placed. */
  @Column({ type: 'decimal', precision: 16, scale: 6, name: 'unit_price' })
  unitPrice!: string;

  @Field(() => Money, { name: 'total', description: 'What this line costs. 小计' })
  @Column({ type: 'bigint', name: 'total_fen', transformer: fen })
  totalFen!: number;
}
