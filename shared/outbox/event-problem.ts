import { AppError } from '../errors/app-error.ts';
import type { Cursor } from './event-cursor.ts';
import { type EventPage, isKnown } from './received-event.ts';

/**
 * Why a reader must not go on with what its producer answered: the numbers mean something else than they did, or what
 * comes next is missing or not known. Undefined where it may.
 */
export function problemOf(
  producer: string,
  { seq, epoch, eventId }: Cursor,
  { events, eventLog }: EventPage,
): AppError | undefined {
  if (epoch !== null && eventLog.epoch !== epoch) {
    return new AppError('EVENT_EPOCH_CHANGED', { producer, epoch: eventLog.epoch });
  }
  if (seq > eventLog.lastSeq) {
    return new AppError('EVENT_CURSOR_BEYOND_END', { producer, seq, end: eventLog.lastSeq });
  }
  if (eventId !== null && eventLog.idAt !== null && eventLog.idAt !== eventId) {
    return new AppError('EVENT_HISTORY_CHANGED', { producer, seq });
  }
  if (seq === eventLog.lastSeq) return undefined;
  const [next] = events;
  if (next?.seq !== seq + 1) return new AppError('EVENT_GAP', { producer, seq: seq + 1 });
  const { type, version } = next;
  return isKnown(next)
    ? undefined
    : new AppError('EVENT_UNKNOWN', { producer, seq: next.seq, type, version });
}

/** Those events of a page that may be handled one after the other: up to a gap, or to one that is not known. */
export function handleable({ events }: EventPage): EventPage['events'] {
  const [first] = events;
  if (first === undefined) return [];
  const end = events.findIndex((event, index) => event.seq !== first.seq + index || !isKnown(event));
  return end < 0 ? events : events.slice(0, end);
}
