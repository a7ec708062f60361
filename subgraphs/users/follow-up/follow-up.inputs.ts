import { Field, ID, InputType, Int } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { ObservationKind } from '../observation/observation-kinds.ts';
import { FollowUpItemKind } from './follow-up.entity.ts';

@InputType({ description: 'One thing to do. 随访项目' })
export class FollowUpItemInput {
  @Field(() => FollowUpItemKind, { description: 'What is to be done. 类型' })
  kind!: FollowUpItemKind;

  @Field(() => ObservationKind, {
    nullable: true,
    description: 'What is to be measured; for measurements only. 监测项目',
  })
  observationKind?: ObservationKind | null;

  @Field(() => String, { description: 'In words, 1 to 200 characters. 内容' })
  text!: string;

  @Field(() => CalendarDate, { description: 'To be done by the end of this day, today or later. 应完成日期' })
  dueOn!: string;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'From this day on a measurement counts; `dueOn` if not given. 可完成日期',
  })
  dueFrom?: string | null;

  @Field(() => String, {
    defaultValue: '09:00',
    description: 'When on that day the guardian is reminded, in Asia/Shanghai. 提醒时间',
  })
  remindAt!: string;
}

@InputType({ description: 'A plan to make. 新建随访计划' })
export class CreateFollowUpPlanInput {
  @Field(() => ID, { description: 'For whom, `pat_<ULID>`.' })
  patientId!: string;

  @Field(() => String, { description: '1 to 64 characters. 标题' })
  title!: string;

  @Field(() => [FollowUpItemInput], { description: '1 to 50. 项目' })
  items!: FollowUpItemInput[];

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'A plan to cancel. 取消随访计划' })
export class CancelFollowUpPlanInput {
  @Field(() => ID, { description: 'Which, `fup_<ULID>`.' })
  planId!: string;

  @Field(() => Int, {
    description: 'The version that the caller saw; VERSION_CONFLICT for another one. 版本',
  })
  expectedVersion!: number;
}

@InputType({ description: 'An item that is done. 完成随访项目' })
export class CompleteFollowUpItemInput {
  @Field(() => ID, { description: 'Which, `fui_<ULID>`.' })
  itemId!: string;

  @Field(() => Int, {
    description: 'The version that the caller saw; VERSION_CONFLICT for another one. 版本',
  })
  expectedVersion!: number;
}
