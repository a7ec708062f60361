import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';
import { ObservationKind } from '../observation/observation-kinds.ts';
import { Weekday } from './reminder-schedule.ts';

export enum ReminderKind {
  MEDICATION = 'MEDICATION',
  MEASUREMENT = 'MEASUREMENT',
  FOLLOW_UP = 'FOLLOW_UP',
}

registerEnumType(ReminderKind, {
  name: 'ReminderKind',
  description: 'What a reminder is about. 提醒类型',
  valuesConfig: {
    MEDICATION: { description: '用药提醒' },
    MEASUREMENT: { description: '监测提醒' },
    FOLLOW_UP: { description: '随访提醒' },
  },
});

export enum ReminderStatus {
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
  CANCELLED = 'CANCELLED',
  ENDED = 'ENDED',
}

registerEnumType(ReminderStatus, {
  name: 'ReminderStatus',
  description: 'Whether a reminder reminds. 提醒状态',
  valuesConfig: {
    ACTIVE: { description: '进行中' },
    PAUSED: { description: '已暂停' },
    CANCELLED: { description: '已取消' },
    ENDED: { description: 'There is nothing more to remind of. 已结束' },
  },
});

export enum OccurrenceStatus {
  DUE = 'DUE',
  SNOOZED = 'SNOOZED',
  OVERDUE = 'OVERDUE',
  DONE = 'DONE',
  MISSED = 'MISSED',
  CANCELLED = 'CANCELLED',
}

registerEnumType(OccurrenceStatus, {
  name: 'ReminderOccurrenceStatus',
  description: 'What became of one time that a reminder was due. 提醒执行状态',
  valuesConfig: {
    DUE: { description: '待完成' },
    SNOOZED: { description: 'It comes again. 稍后提醒' },
    OVERDUE: { description: '已逾期' },
    DONE: { description: '已完成' },
    MISSED: { description: 'It can no longer be made up for. 已错过' },
    CANCELLED: { description: '已取消' },
  },
});

const word = { ...idColumn, length: 24 } as const;
const sealed = { ...idColumn, length: 1024 } as const;
const instant = { type: 'datetime', precision: 3 } as const;

/** Title and note are in clear here and encrypted in the row: only the store reads and writes rows. */
@Entity('reminder')
@ObjectType({ description: 'Reminds who speaks for a patient, again and again. 健康提醒' })
export class Reminder {
  @Field(() => ID, { description: 'Identifier, `rem_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  @Field(() => ReminderKind, { description: 'What it is about. 类型' })
  @Column(word)
  kind!: ReminderKind;

  @Field(() => ObservationKind, { nullable: true, description: 'What is to be measured. 监测项目' })
  @Column({ ...word, name: 'observation_kind', nullable: true })
  observationKind!: ObservationKind | null;

  @Field(() => String, { description: '标题' })
  @Column(sealed)
  title!: string;

  @Field(() => String, { nullable: true, description: '备注' })
  @Column({ ...sealed, nullable: true })
  note!: string | null;

  @Field(() => [String], { description: 'Times of the day in Asia/Shanghai, `08:30`. 每日时间' })
  @Column({ type: 'simple-array' })
  times!: string[];

  @Field(() => [Weekday], { description: 'On which days of the week; none for all. 星期' })
  @Column({ type: 'simple-array', name: 'days_of_week' })
  daysOfWeek!: Weekday[];

  @Field(() => Int, { description: 'Every so many days from `from` on. 间隔天数' })
  @Column({ type: 'int', name: 'every_days' })
  everyDays!: number;

  @Field(() => CalendarDate, { description: 'The first day. 开始日期' })
  @Column({ type: 'char', length: 10, name: 'from_day' })
  from!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'The last day. 结束日期' })
  @Column({ type: 'char', length: 10, name: 'until_day', nullable: true })
  until!: string | null;

  @Field(() => ReminderStatus, { description: 'Whether it reminds. 状态' })
  @Column(word)
  status!: ReminderStatus;

  @Field(() => DateTime, { nullable: true, description: 'When it is due next. 下次提醒时间' })
  @Column({ ...instant, name: 'next_due_at', nullable: true })
  nextDueAt!: Date | null;

  @Field(() => Int, { description: 'For `expectedVersion`. 版本' })
  @Column({ type: 'int' })
  version!: number;

  @Field(() => ID, { description: 'The account that made it. 创建人' })
  @Column({ ...idColumn, name: 'created_by' })
  createdBy!: string;

  @Field(() => DateTime, { description: '创建时间' })
  @Column({ ...instant, name: 'created_at' })
  createdAt!: Date;
}

@Entity('reminder_occurrence')
@ObjectType({ description: 'One time that a reminder was due. 提醒事项' })
export class ReminderOccurrence {
  @Field(() => ID, { description: 'Identifier, `rmo_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'reminder_id' })
  reminderId!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  /** Who is reminded: the guardian of that moment. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => Int, {
    description: 'Its number among those of the account, ascending; a cursor to go on after. 序号',
  })
  @Column({ type: 'int' })
  seq!: number;

  @Field(() => DateTime, { description: 'When it was due. 应完成时间' })
  @Column({ ...instant, name: 'due_at' })
  dueAt!: Date;

  @Field(() => OccurrenceStatus, { description: 'What became of it. 状态' })
  @Column(word)
  status!: OccurrenceStatus;

  /** When the clock alone changes the state. */
  @Column({ ...instant, name: 'changes_at', nullable: true })
  changesAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was done. 完成时间' })
  @Column({ ...instant, name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The account that said so. 完成人' })
  @Column({ ...idColumn, name: 'completed_by', nullable: true })
  completedBy!: string | null;
}
