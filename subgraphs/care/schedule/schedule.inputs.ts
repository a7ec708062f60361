import { Field, ID, InputType, Int } from 'type-graphql';
import { Money } from '../../../shared/money/money.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';

@InputType({ description: 'A session to publish. 发布排班' })
export class PublishScheduleInput {
  @Field(() => CalendarDate, { description: 'Its day in Asia/Shanghai, today to 90 days ahead. 日期' })
  date!: string;

  @Field(() => String, {
    description: 'When its first slot begins, by the clock of Shanghai: `08:30`. 开始时间',
  })
  startTime!: string;

  @Field(() => Int, { description: 'Length of a slot, 5 to 240 minutes. 号源时长（分钟）' })
  slotMinutes!: number;

  @Field(() => Int, { description: 'How many slots, 1 to 96; the last ends on the same day. 号源数' })
  slots!: number;

  @Field(() => Int, { description: 'How many patients a slot takes, 1 to 100. 每号源容量' })
  capacityPerSlot!: number;

  @Field(() => Money, { description: 'What an appointment costs, up to 10,000 yuan. 挂号费' })
  fee!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Which slots to look for. 号源筛选' })
export class SlotFilter {
  @Field(() => ID, { nullable: true, description: 'Only of this hospital, `hos_<ULID>`. 医院' })
  hospitalId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only of this department, `dep_<ULID>`. 科室' })
  departmentId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only of this doctor, `doc_<ULID>`. 医生' })
  doctorId?: string | null;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'From this day on; today if not given. 起始日期',
  })
  from?: string | null;

  @Field(() => CalendarDate, { nullable: true, description: 'Up to and with this day. 截止日期' })
  to?: string | null;
}
