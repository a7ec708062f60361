import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { Money } from '../../../shared/money/money.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';

@Entity('schedule')
@ObjectType({ description: 'A session of a doctor, cut into slots. 排班（门诊场次）' })
export class Schedule {
  @Field(() => ID, { description: 'Identifier, `sch_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'doctor_id' })
  doctorId!: string;

  /** The login of the doctor, who calls from its queue. */
  @Column({ ...idColumn, name: 'doctor_account_id' })
  doctorAccountId!: string;

  @Column({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  @Column({ ...idColumn, name: 'department_id' })
  departmentId!: string;

  @Field(() => CalendarDate, { name: 'date', description: 'Its day in Asia/Shanghai. 日期' })
  @Column({ type: 'char', length: 10, charset: 'ascii', collation: 'ascii_bin' })
  day!: string;

  @Field(() => DateTime, { description: 'When its first slot begins. 开始时间' })
  @Column({ type: 'datetime', precision: 3, name: 'starts_at' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When its last slot ends. 结束时间' })
  @Column({ type: 'datetime', precision: 3, name: 'ends_at' })
  endsAt!: Date;

  @Field(() => Int, { description: 'Length of a slot in minutes. 号源时长（分钟）' })
  @Column({ type: 'int', name: 'slot_minutes' })
  slotMinutes!: number;

  @Field(() => Int, { description: 'How many patients a slot takes. 每号源容量' })
  @Column({ type: 'int', name: 'capacity_per_slot' })
  capacityPerSlot!: number;

  @Field(() => Money, { name: 'fee', description: 'What an appointment costs. 挂号费' })
  @Column({ type: 'bigint', name: 'fee_fen', transformer: { to: (value: number) => value, from: Number } })
  feeFen!: number;

  /** The last number of its queue. */
  @Column({ type: 'int', name: 'last_ticket' })
  lastTicket!: number;

  /** Counts every move of its queue, so that a move of one is news for all. */
  @Column({ type: 'int', name: 'queue_version' })
  queueVersion!: number;

  @Column({ type: 'datetime', precision: 3, name: 'published_at' })
  publishedAt!: Date;
}
