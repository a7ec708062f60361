import type { z } from 'zod';
import { catalogue } from './catalogue.ts';

export type EventType = keyof typeof catalogue;
export type EventPayload<T extends EventType> = z.infer<(typeof catalogue)[T]['payload']>;

/** A fact as it travels between subgraphs (CloudEvents and Debezium's outbox router name the same parts). */
export interface EventOf<T extends EventType> {
  readonly id: string;
  /** Its place among the facts of its producer: from 1, without gap. */
  readonly seq: number;
  readonly type: T;
  readonly version: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly occurredAt: Date;
  /** Account id, `service:<name>` or `anonymous`. */
  readonly actor: string;
  readonly requestId: string;
  readonly traceparent: string;
  readonly payload: EventPayload<T>;
}

export type AnyEvent = { [T in EventType]: EventOf<T> }[EventType];

export function isEventType(text: string): text is EventType {
  return Object.hasOwn(catalogue, text);
}

/** Checks a payload against the schema of its type. @throws ZodError */
export function parsePayload<T extends EventType>(type: T, payload: unknown): EventPayload<T> {
  return catalogue[type].payload.parse(payload) as EventPayload<T>;
}
