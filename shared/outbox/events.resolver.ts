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

  @Field(() => String, { description: 'JSON.' })
  payload!: string;
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
}

export const eventRules: RuleMap = { Query: { events: isService }, OutboxEvent: isService };
