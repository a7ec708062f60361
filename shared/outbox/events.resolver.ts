// type-graphql needs it before its first decorator; elsewhere TypeORM brings it.
import 'reflect-metadata';
import { Arg, Ctx, Directive, Field, Float, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../context/graphql-context.ts';
import { isService } from '../rules/identity-rules.ts';
import type { RuleMap } from '../rules/rules.ts';
import { DateTime } from '../scalars/scalars.ts';
import type { EventReader } from './event-reader.ts';

@Directive('@inaccessible')
@Directive('@shareable')
@ObjectType({ description: 'A fact for other subgraphs.' })
export class OutboxEvent {
  @Field(() => ID, { description: 'Identifier, `evt_<ULID>`.' })
  id!: string;

  @Field(() => Float, { description: 'Its place among the facts of its producer: from 1, without gap.' })
  seq!: number;

  @Field(() => String, { description: 'Kind of fact, `<aggregate>.<past tense>`.' })
  type!: string;

  @Field(() => Int, { description: 'Version of the payload.' })
  version!: number;

  @Field(() => String, { description: 'Kind of the thing that changed.' })
  aggregateType!: string;

  @Field(() => ID, { description: 'What changed.' })
  aggregateId!: string;

  @Field(() => Int, { description: 'Its version after the change.' })
  aggregateVersion!: number;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt!: Date;

  @Field(() => String, { description: 'Who did it.' })
  actor!: string;

  @Field(() => String, { description: 'Of which request.' })
  requestId!: string;

  @Field(() => String, { description: 'W3C trace context of that request.' })
  traceparent!: string;

  @Field(() => String, {
    description:
      'JSON: an object, or a string with the code of the error for which it cannot be read. JSON 对象；无法读取时为错误码字符串。',
  })
  payload!: string;
}

@Directive('@inaccessible')
@Directive('@shareable')
@ObjectType({
  description:
    'Where the events of a subgraph stand, beside the cursor of a reader. 事件流的当前状态，供读取方核对游标。',
})
export class EventLog {
  @Field(() => String, {
    description:
      'The name of this history of numbers, another one after the database was restored. 事件编号的纪元，数据库恢复后更换。',
  })
  epoch!: string;

  @Field(() => Float, {
    description: 'The number of the last event, 0 before the first. 最后一个事件的编号，尚无事件时为 0。',
  })
  lastSeq!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'The event that has the number asked about; null for none. 所问编号的事件，没有时为空。',
  })
  idAt!: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The last number that means the same in the epoch asked about; null when it is not known. 与所问纪元共有的最后一个编号，纪元未知时为空。',
  })
  sharedUntil!: number | null;
}

interface HasEvents extends GraphqlContext {
  readonly services: { readonly events: EventReader };
}

@Resolver()
export class EventsResolver {
  @Directive('@inaccessible')
  @Directive('@shareable')
  @Query(() => [OutboxEvent], { description: 'Facts after a number, in order. For other subgraphs alone.' })
  async events(
    @Arg('after', () => Float, { description: 'The last number that the reader has; 0 for all.' })
    after: number,
    @Arg('first', () => Int, { description: 'How many at most, 1 to 500.' }) first: number,
    @Ctx() { services }: HasEvents,
  ): Promise<OutboxEvent[]> {
    return services.events.after(after, first);
  }

  @Directive('@inaccessible')
  @Directive('@shareable')
  @Query(() => EventLog, {
    description:
      'Where the events stand, for a reader that checks its cursor. For other subgraphs alone. 事件流状态，供读取方核对游标，仅限其他子图。',
  })
  async eventLog(
    @Arg('at', () => Float, {
      description:
        'The number of the last event that the reader has, 0 for none. 读取方最后处理的编号，没有时为 0。',
    })
    at: number,
    @Arg('epoch', () => String, {
      nullable: true,
      description: 'The epoch of the reader’s cursor, if it has one. 读取方游标的纪元，可省略。',
    })
    epoch: string | null | undefined,
    @Ctx() { services }: HasEvents,
  ): Promise<EventLog> {
    return services.events.log(at, epoch ?? null);
  }
}

export const eventRules: RuleMap = {
  Query: { events: isService, eventLog: isService },
  OutboxEvent: isService,
  EventLog: isService,
};
