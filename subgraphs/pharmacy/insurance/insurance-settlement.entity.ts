import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { Money } from '../../../shared/money/money.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum SettlementStatus {
  OPEN = 'OPEN',
  SETTLING = 'SETTLING',
  SETTLED = 'SETTLED',
  COMPENSATING = 'COMPENSATING',
  FAILED = 'FAILED',
  REVERSING = 'REVERSING',
  REVERSED = 'REVERSED',
}

registerEnumType(SettlementStatus, {
  name: 'SettlementStatus',
  description: 'Where a settlement with the insurer stands. 医保结算状态',
  valuesConfig: {
    OPEN: { description: 'Nothing was asked yet. 待结算' },
    SETTLING: { description: 'The insurer is being asked. 结算中' },
    SETTLED: { description: '已结算' },
    COMPENSATING: { description: 'Its answer was lost, and what it did is being undone. 冲正中' },
    FAILED: { description: 'The insurer paid nothing. 结算失败' },
    REVERSING: { description: 'Is being taken back. 撤销中' },
    REVERSED: { description: '已撤销' },
  },
});

const fen = { to: (value: number) => value, from: Number };

@Entity('insurance_settlement')
@ObjectType({ description: "The insurer's part of an order. 医保结算" })
export class InsuranceSettlement {
  @Field(() => ID, { description: 'Identifier, `ins_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'order_id' })
  orderId!: string;

  /** Whose order it is; operates at the insurer, too. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Field(() => SettlementStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16 })
  status!: SettlementStatus;

  /** The insurer's number of the person, encrypted; null before it is known. */
  @Column({ type: 'varchar', length: 255, name: 'person_no', nullable: true })
  personNo!: string | null;

  /** The number of the settling call, by which its effect can be undone; null before there is one. */
  @Column({ type: 'varchar', length: 40, name: 'message_id', nullable: true })
  messageId!: string | null;

  @Field(() => String, { nullable: true, description: "The insurer's number of the settlement. 结算编号" })
  @Column({ type: 'varchar', length: 40, name: 'settlement_no', nullable: true })
  settlementNo!: string | null;

  @Field(() => Money, { name: 'total', description: 'What was to be settled. 总费用' })
  @Column({ type: 'bigint', name: 'total_fen', transformer: fen })
  totalFen!: number;

  @Field(() => Money, { name: 'fundPart', description: 'What the fund pays. 基金支付' })
  @Column({ type: 'bigint', name: 'fund_fen', transformer: fen })
  fundFen!: number;

  @Field(() => Money, { name: 'personalPart', description: 'What the person pays. 个人支付' })
  @Column({ type: 'bigint', name: 'personal_fen', transformer: fen })
  personalFen!: number;

  @Field(() => String, { nullable: true, description: 'Why the insurer pays nothing. 失败原因' })
  @Column({ type: 'varchar', length: 200, nullable: true })
  reason!: string | null;

  @Column({ type: 'int' })
  attempts!: number;

  /** When it last went on; one that stands still is swept up. */
  @Column({ type: 'datetime', precision: 3, name: 'touched_at' })
  touchedAt!: Date;

  /** When what is to be undone is tried next. */
  @Column({ type: 'datetime', precision: 3, name: 'next_try_at' })
  nextTryAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was settled. 结算时间' })
  @Column({ type: 'datetime', precision: 3, name: 'settled_at', nullable: true })
  settledAt!: Date | null;
}
