import { inRequest } from '../context/request-context.ts';
import type { Tx } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';
import { type AnyEvent, type EventOf, type EventType, isEventType, parsePayload } from '../events/event.ts';
import type { ReceivedEvent } from './received-event.ts';
import { readPayload } from './unreadable-payload.ts';

/**
 * What a subgraph does on the events of another one, within the transaction that moves its cursor: no HTTP in it. An
 * event may come again, after a cursor was set back, and then changes nothing.
 */
export type EventHandlers = {
  readonly [T in EventType]?: (tx: Tx, event: EventOf<T>) => Promise<void>;
};

type AnyHandler = (tx: Tx, event: AnyEvent) => Promise<void>;

export function handlerOf(handlers: EventHandlers, type: string): AnyHandler | undefined {
  return isEventType(type) ? (handlers[type] as AnyHandler | undefined) : undefined;
}

/** Has an event take its effect, as part of the request that it came from. @throws whatever the handler throws */
export async function handleEvent(
  tx: Tx,
  producer: string,
  handler: AnyHandler,
  event: ReceivedEvent,
): Promise<void> {
  const { type, requestId, traceparent } = event;
  if (!isEventType(type)) throw new AppError('INTERNAL');
  const payload = parsePayload(type, readPayload(event.payload));
  const request = {
    requestId,
    traceparent,
    locale: 'zh-CN',
    actorId: `service:${producer}`,
    needsLatest: true,
  };
  await inRequest(request, () => handler(tx, { ...event, type, payload } as AnyEvent));
}

/** By what a failure is known to operators: a code, never a text, which could quote a row. */
export function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof Error)) return 'Error';
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' ? code : error.name).slice(0, 64);
}
