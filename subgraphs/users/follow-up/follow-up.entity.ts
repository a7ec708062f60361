import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';
import { ObservationKind } from '../observation/observation-kinds.ts';

export enum FollowUpPlanStatus {
  OPEN = 'OPEN',
  COMPLETED = 'COMPLETED',
  CANCELLED = 'CANCELLED',
}

registerEnumType(FollowUpPlanStatus, {
  name: 'FollowUpPlanStatus',
  description: 'How far a plan has come. 随访计划状态',
  valuesConfig: {
    OPEN: { description: '进行中' },
    COMPLETED: { description: '已完成' },
    CANCELLED: { description: '已取消' },
  },
});

export enum FollowUpItemKind {
  MEASUREMENT = 'MEASUREMENT',
  VISIT = 'VISIT',
  QUESTION = 'QUESTION',
}

registerEnumType(FollowUpItemKind, {
  name: 'FollowUpItemKind',
  description: 'What is to be done. 随访项目类型',
  valuesConfig: {
    MEASUREMENT: { description: 'To measure something. 监测' },
    VISIT: { description: 'To see the doctor. 复诊' },
    QUESTION: { description: 'To answer a question. 问询' },
  },
});

/** OVERDUE is a PENDING one whose day is over: the day tells it, and no row says so. */
export enum FollowUpItemStatus {
  PENDING = 'PENDING',
  OVERDUE = 'OVERDUE',
  DONE = 'DONE',
  CANCELLED = 'CANCELLED',
}

registerEnumType(FollowUpItemStatus, {
  name: 'FollowUpItemStatus',
  description: 'How far an item of a plan has come. 随访项目状态',
  valuesConfig: {
    PENDING: { description: '待完成' },
    OVERDUE: { description: 'It is not done, and its day is over. 已逾期' },
    DONE: { description: '已完成' },
    CANCELLED: { description: '已取消' },
  },
});

const word = { ...idColumn, length: 24 } as const;
const sealed = { ...idColumn, length: 2048 } as const;
const instant = { type: 'datetime', precision: 3 } as const;

/** The title is in clear here and encrypted in the row: only the store reads and writes rows. */
@Entity('follow_up_plan')
@ObjectType({ description: 'What a patient is to do after a treatment. 随访计划' })
export class FollowUpPlan {
  @Field(() => ID, { description: 'Identifier, `fup_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  @Field(() => String, { description: '标题' })
  @Column(sealed)
  title!: string;

  @Field(() => FollowUpPlanStatus, { description: 'How far it has come. 状态' })
  @Column(word)
  status!: FollowUpPlanStatus;

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

/** The text is in clear here and encrypted in the row. */
@Entity('follow_up_item')
@ObjectType({ description: 'One thing to do of a plan. 随访项目' })
export class FollowUpItem {
  @Field(() => ID, { description: 'Identifier, `fui_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'plan_id' })
  planId!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  /** That of the plan. */
  @Column({ ...idColumn, name: 'created_by' })
  createdBy!: string;

  @Field(() => FollowUpItemKind, { description: 'What is to be done. 类型' })
  @Column(word)
  kind!: FollowUpItemKind;

  @Field(() => ObservationKind, { nullable: true, description: 'What is to be measured. 监测项目' })
  @Column({ ...word, name: 'observation_kind', nullable: true })
  observationKind!: ObservationKind | null;

  @Field(() => String, { description: 'In words. 内容' })
  @Column(sealed)
  text!: string;

  @Field(() => CalendarDate, { description: 'From this day on a measurement counts. 可完成日期' })
  @Column({ type: 'char', length: 10, name: 'due_from' })
  dueFrom!: string;

  @Field(() => CalendarDate, { description: 'To be done by the end of this day. 应完成日期' })
  @Column({ type: 'char', length: 10, name: 'due_on' })
  dueOn!: string;

  @Column(word)
  status!: FollowUpItemStatus;

  @Column({ ...idColumn, name: 'observation_id', nullable: true })
  observationId!: string | null;

  @Column({ ...idColumn, name: 'reminder_id', nullable: true })
  reminderId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was done. 完成时间' })
  @Column({ ...instant, name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The account that did it. 完成人' })
  @Column({ ...idColumn, name: 'completed_by', nullable: true })
  completedBy!: string | null;

  @Field(() => Int, { description: 'For `expectedVersion`. 版本' })
  @Column({ type: 'int' })
  version!: number;
}
