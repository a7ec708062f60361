import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { Money } from '../../../shared/money/money.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum AppointmentStatus {
  PENDING_PAYMENT = 'PENDING_PAYMENT',
  CONFIRMED = 'CONFIRMED',
  CHECKED_IN = 'CHECKED_IN',
  IN_CONSULTATION = 'IN_CONSULTATION',
  COMPLETED = 'COMPLETED',
  CANCELLED = 'CANCELLED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(AppointmentStatus, {
  name: 'AppointmentStatus',
  description: 'Where an appointment stands. 预约状态',
  valuesConfig: {
    PENDING_PAYMENT: { description: 'The place is held until it is paid. 待支付' },
    CONFIRMED: { description: 'Paid. 已预约' },
    CHECKED_IN: { description: 'The patient is there and waits. 已签到' },
    IN_CONSULTATION: { description: 'With the doctor. 就诊中' },
    COMPLETED: { description: '已完成' },
    CANCELLED: { description: '已取消' },
    EXPIRED: { description: 'Not paid in time. 已过期' },
  },
});

@Entity('appointment')
@ObjectType({ description: 'A booked place with a doctor. 预约挂号' })
export class Appointment {
  @Field(() => ID, { description: 'Identifier, `apt_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'slot_id' })
  slotId!: string;

  @Column({ ...idColumn, name: 'schedule_id' })
  scheduleId!: string;

  @Column({ ...idColumn, name: 'doctor_id' })
  doctorId!: string;

  /** The logins of the two whose business it is: what decides who may see it. */
  @Column({ ...idColumn, name: 'doctor_account_id' })
  doctorAccountId!: string;

  @Column({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  @Column({ ...idColumn, name: 'department_id' })
  departmentId!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => AppointmentStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 24 })
  status!: AppointmentStatus;

  @Field(() => Int, { description: 'Version, from 1; give it back with a change. 版本' })
  @Column({ type: 'int' })
  version!: number;

  @Field(() => Money, { name: 'fee', description: 'What it costs. 挂号费' })
  @Column({ type: 'bigint', name: 'fee_fen', transformer: { to: (value: number) => value, from: Number } })
  feeFen!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the place is held unpaid; null where there is nothing to pay. 支付截止时间',
  })
  @Column({ type: 'datetime', precision: 3, name: 'pay_by', nullable: true })
  payBy!: Date | null;

  @Field(() => DateTime, { description: 'When the slot begins. 就诊时间' })
  @Column({ type: 'datetime', precision: 3, name: 'starts_at' })
  startsAt!: Date;

  /** Encrypted, as are the two below. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** Where and when the complaint was diagnosed before; null where the booking stated nothing. */
  @Column({ type: 'text', name: 'earlier_diagnosis', nullable: true })
  earlierDiagnosis!: string | null;

  @Column({ type: 'text', name: 'cancel_reason', nullable: true })
  cancelReason!: string | null;

  /** The payment of pharmacy that confirmed it. */
  @Column({ ...idColumn, name: 'payment_id', nullable: true })
  paymentId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was paid. 支付时间' })
  @Column({ type: 'datetime', precision: 3, name: 'paid_at', nullable: true })
  paidAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the fee was given back. 退款时间' })
  @Column({ type: 'datetime', precision: 3, name: 'refunded_at', nullable: true })
  refundedAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was booked. 预约时间' })
  @Column({ type: 'datetime', precision: 3, name: 'booked_at' })
  bookedAt!: Date;

  /** When its account cancelled it; null where others or the clock ended it. */
  @Column({ type: 'datetime', precision: 3, name: 'cancelled_at', nullable: true })
  cancelledAt!: Date | null;

  /** `<patient>:<schedule>` while it is active, then null: the unique key that forbids a second one. */
  @Column({ ...idColumn, length: 81, name: 'active_key', nullable: true })
  activeKey!: string | null;
}
