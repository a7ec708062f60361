import { Field, ID, InputType, Int } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { ObservationKind } from '../observation/observation-kinds.ts';
import { ReminderKind } from './reminder.entity.ts';
import { Weekday } from './reminder-schedule.ts';

@InputType({ description: 'When a reminder is due, in Asia/Shanghai. 提醒时间安排' })
export class ReminderScheduleInput {
  @Field(() => [String], { description: 'Times of the day, `08:30`, 1 to 24. 每日时间' })
  times!: string[];

  @Field(() => [Weekday], {
    nullable: true,
    description: 'On which days of the week; all if not given. 星期',
  })
  daysOfWeek?: Weekday[] | null;

  @Field(() => Int, {
    defaultValue: 1,
    description:
      'Every so many days from `from` on, 1 to 365; more than 1 not with days of the week. 间隔天数',
  })
  everyDays!: number;

  @Field(() => CalendarDate, { nullable: true, description: 'The first day; today if not given. 开始日期' })
  from?: string | null;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'The last day; without end if not given. 结束日期',
  })
  until?: string | null;
}

@InputType({ description: 'A reminder to make. 新建提醒' })
export class CreateReminderInput {
  @Field(() => ID, { description: 'For whom, `pat_<ULID>`.' })
  patientId!: string;

  @Field(() => ReminderKind, { description: 'What it is about. 类型' })
  kind!: ReminderKind;

  @Field(() => ObservationKind, {
    nullable: true,
    description: 'What is to be measured; for reminders of measurements only. 监测项目',
  })
  observationKind?: ObservationKind | null;

  @Field(() => String, { description: '1 to 64 characters. 标题' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'Up to 200 characters. 备注' })
  note?: string | null;

  @Field(() => ReminderScheduleInput, { description: 'When. 时间安排' })
  schedule!: ReminderScheduleInput;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'A reminder to pause, resume or cancel. 更改提醒状态' })
export class ChangeReminderInput {
  @Field(() => ID, { description: 'Which, `rem_<ULID>`.' })
  reminderId!: string;

  @Field(() => Int, {
    description: 'The version that the caller saw; VERSION_CONFLICT for another one. 版本',
  })
  expectedVersion!: number;
}

@InputType({ description: 'Something done that was reminded of. 完成提醒事项' })
export class CompleteReminderInput {
  @Field(() => ID, { description: 'Which, `rmo_<ULID>`.' })
  occurrenceId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Something to be reminded of again. 稍后提醒' })
export class SnoozeReminderInput {
  @Field(() => ID, { description: 'Which, `rmo_<ULID>`.' })
  occurrenceId!: string;

  @Field(() => Int, { description: 'In how many minutes, 5 to 240. 分钟' })
  minutes!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
