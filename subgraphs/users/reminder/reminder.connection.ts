import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Reminder, ReminderOccurrence } from './reminder.entity.ts';

@ObjectType({ description: 'One reminder in a list.' })
export class ReminderEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Reminder, { description: 'The reminder. 健康提醒' })
  node!: Reminder;
}

@ObjectType({ description: 'A page of reminders, the latest first. 健康提醒列表' })
export class ReminderConnection {
  @Field(() => [ReminderEdge], { description: 'Those of this page.' })
  edges!: ReminderEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'One occurrence in a list.' })
export class ReminderOccurrenceEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => ReminderOccurrence, { description: 'The occurrence. 提醒事项' })
  node!: ReminderOccurrence;
}

@ObjectType({ description: 'A page of occurrences, the oldest first. 提醒事项列表' })
export class ReminderOccurrenceConnection {
  @Field(() => [ReminderOccurrenceEdge], { description: 'Those of this page.' })
  edges!: ReminderOccurrenceEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
