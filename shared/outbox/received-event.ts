import { z } from 'zod';
import { catalogue } from '../events/catalogue.ts';
import { isEventType } from '../events/event.ts';
import type { ServiceClient } from '../service/service-client.ts';
import type { Cursor } from './event-cursor.ts';

/** What a reader asks its producer. */
export const EVENTS_QUERY = `query ($after: Float!, $first: Int!, $epoch: String) {
  events(after: $after, first: $first) {
    id seq type version aggregateType aggregateId aggregateVersion occurredAt actor requestId traceparent payload
  }
  eventLog(at: $after, epoch: $epoch) { epoch lastSeq idAt sharedUntil }
}`;

const answer = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      seq: z.number(),
      type: z.string(),
      version: z.number(),
      aggregateType: z.string(),
      aggregateId: z.string(),
      aggregateVersion: z.number(),
      occurredAt: z.coerce.date(),
      actor: z.string(),
      requestId: z.string(),
      traceparent: z.string(),
      payload: z.string(),
    }),
  ),
  eventLog: z.object({
    epoch: z.string(),
    lastSeq: z.number(),
    idAt: z.string().nullable(),
    sharedUntil: z.number().nullable(),
  }),
});

/** Events after a cursor, and where the producer stands. */
export type EventPage = z.infer<typeof answer>;

/** An event as it came over the wire, its payload not parsed yet. */
export type ReceivedEvent = EventPage['events'][number];

/** @throws AppError UNAVAILABLE */
export async function askForEvents(
  producer: ServiceClient,
  { seq, epoch }: Pick<Cursor, 'seq' | 'epoch'>,
  first: number,
): Promise<EventPage> {
  return answer.parse(await producer.ask(EVENTS_QUERY, { after: seq, first, epoch }));
}

/** Whether this release knows the type, and the version in which it is told. */
export function isKnown({ type, version }: ReceivedEvent): boolean {
  return isEventType(type) && catalogue[type].version === version;
}
