import { processClock } from '../clock/steady-clock.ts';
import type { Db, Tx } from '../db/db.ts';
import type { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/catalogue.ts';
import type { ServiceClient } from '../service/service-client.ts';
import { type Cursor, EventCursor } from './event-cursor.ts';
import { type EventHandlers, handleEvent, handlerOf, reasonOf } from './event-handlers.ts';
import { handleable, problemOf } from './event-problem.ts';
import { EventProgress, type Lag } from './event-progress.ts';
import { aggregateKey, ParkedEvents } from './parked-events.ts';
import { askForEvents, type EventPage, type ReceivedEvent } from './received-event.ts';

const PAGE = 500;
/** A transaction takes no further event after this long, ms: the rows that it holds are waited for by people. */
const BATCH_MS = 200;
/** So often an event may fail before its aggregate is parked. */
const MAX_FAILURES = 5;

/** What stops a cursor. */
const STOPPING = [
  'EVENT_EPOCH_CHANGED',
  'EVENT_CURSOR_BEYOND_END',
  'EVENT_HISTORY_CHANGED',
  'EVENT_GAP',
  'EVENT_UNKNOWN',
] as const satisfies readonly ErrorCode[];

export interface ConsumerStatus extends Lag {
  readonly producer: string;
  /** The last event that was handled or parked. */
  readonly seq: number;
  readonly parked: number;
  /** Codes of what needs somebody's attention. */
  readonly alarms: readonly ErrorCode[];
}

/** Where a batch ended. */
interface Batch {
  /** How many events the cursor is further; undefined when somebody else has set it elsewhere. */
  readonly moved: number | undefined;
}

/**
 * Pulls the events of one producer in order. The cursor moves in the transaction of the effects, so each event has its
 * effect exactly once, whatever dies when. Many cheap effects share a transaction; one that fails is tried alone, and
 * after five times is parked with all later ones of its aggregate, while the others go on.
 */
export class EventConsumer {
  readonly #db: Db;
  readonly #client: ServiceClient;
  readonly #handlers: EventHandlers;
  readonly #cursor: EventCursor;
  readonly #parked: ParkedEvents;
  readonly #progress: EventProgress;
  readonly #now: () => Date;
  readonly #batch: number;
  readonly producer: string;

  /** @param batch events in one transaction at most */
  constructor(
    db: Db,
    producer: string,
    client: ServiceClient,
    handlers: EventHandlers,
    { now = () => processClock.now(), batch = PAGE }: { now?: () => Date; batch?: number } = {},
  ) {
    this.#db = db;
    this.producer = producer;
    this.#client = client;
    this.#handlers = handlers;
    this.#cursor = new EventCursor(db, producer);
    this.#parked = new ParkedEvents(db, producer);
    this.#progress = new EventProgress(producer, now);
    this.#now = now;
    this.#batch = batch;
  }

  /**
   * Handles what is there. @returns how many were handled or parked
   * @throws AppError UNAVAILABLE, EVENT_… when the cursor must not move, or what a handler threw
   */
  async run(): Promise<number> {
    let total = 0;
    for (;;) {
      const cursor = await this.#cursor.read();
      const page = await this.#ask(cursor);
      const behind = page.eventLog.lastSeq - cursor.seq;
      this.#progress.note(Math.max(0, behind), page.events[0]);
      const problem = problemOf(this.producer, cursor, page);
      if (problem !== undefined) throw await this.#stop(problem, cursor.alarm);
      if (cursor.alarm !== null) await this.#cursor.noteAlarm(null, this.#now());
      this.#progress.clearAll(STOPPING);
      if (page.events.length === 0) return total;
      total += await this.#handleAll(page);
    }
  }

  /** Asked twice where there should be events but are none: they may have got their numbers between two reads. */
  async #ask(cursor: Cursor): Promise<EventPage> {
    const page = await askForEvents(this.#client, cursor, PAGE);
    if (page.events.length > 0 || page.eventLog.lastSeq <= cursor.seq) return page;
    const { events } = await askForEvents(this.#client, cursor, PAGE);
    return { ...page, events };
  }

  /** How far it is behind, as this process last saw it. */
  lag(): Lag {
    return this.#progress.lag();
  }

  async status(): Promise<ConsumerStatus> {
    const { seq, alarm } = await this.#cursor.read();
    const parked = await this.#parked.count();
    const alarms: ErrorCode[] = alarm === null ? [] : [alarm];
    if (parked > 0) alarms.push('EVENT_PARKED');
    if (this.#progress.isLate()) alarms.push('EVENTS_BEHIND');
    return { producer: this.producer, seq, ...this.#progress.lag(), parked, alarms };
  }

  /** Tells why the cursor stands still, once. */
  async #stop(problem: AppError, known: ErrorCode | null): Promise<AppError> {
    if (known !== problem.code) await this.#cursor.noteAlarm(problem.code, this.#now());
    this.#progress.raise(problem.code, problem.params);
    return problem;
  }

  async #handleAll(page: EventPage): Promise<number> {
    const events = handleable(page);
    let done = 0;
    let size = this.#batch;
    while (done < events.length) {
      const batch = events.slice(done, done + size);
      const { moved } = await this.#handleBatch(page, batch).catch(async (error: unknown): Promise<Batch> => {
        const { event, cause } = failedIn(error);
        const before = batch.indexOf(event);
        // Those before it are handled by themselves first, so that it fails alone.
        size = Math.max(before, 1);
        if (before > 0) return { moved: 0 };
        return { moved: await this.#noteFailure(page, event, cause) };
      });
      if (moved === undefined) return done;
      done += moved;
      if (moved > 0) size = this.#batch;
    }
    return done;
  }

  /** Handles events in one transaction, until its time is over. @throws HandlerFailed, or what befell the transaction */
  async #handleBatch({ eventLog }: EventPage, events: readonly ReceivedEvent[]): Promise<Batch> {
    let failed: ReceivedEvent | undefined;
    try {
      return await this.#db.transaction(async (tx) => {
        const { seq, epoch } = await this.#cursor.lock(tx);
        const next = events.findIndex((event) => event.seq > seq);
        // Another process of this subgraph was faster.
        if (next < 0 && events.at(-1)?.seq === seq) return { moved: events.length };
        if (events[next]?.seq !== seq + 1 || (epoch ?? eventLog.epoch) !== eventLog.epoch) {
          return { moved: undefined };
        }
        const aside = await this.#parked.aggregates(tx);
        const end = performance.now() + BATCH_MS;
        let last = next;
        for (let at = next; at < events.length && (at === next || performance.now() < end); at += 1) {
          const event = events[at];
          if (event === undefined) break;
          failed = event;
          await this.#handle(tx, event, aside);
          last = at;
        }
        failed = undefined;
        const event = events[last];
        if (event !== undefined) await this.#cursor.move(tx, event, eventLog.epoch);
        return { moved: last + 1 };
      });
    } catch (error) {
      throw failed === undefined ? error : new HandlerFailed(failed, error);
    }
  }

  async #handle(tx: Tx, event: ReceivedEvent, aside: ReadonlySet<string>): Promise<void> {
    const handler = handlerOf(this.#handlers, event.type);
    if (handler === undefined) return;
    if (aside.has(aggregateKey(event))) await this.#parked.add(tx, event, null, this.#now());
    else await handleEvent(tx, this.producer, handler, event);
  }

  /**
   * Counts a failure, and parks the event when it was the last one that it may have. A failure that can't be counted
   * is one of the database, and is none of the event's.
   * @returns 1 when it is parked; undefined when the cursor was moved meanwhile @throws what the handler threw
   */
  async #noteFailure({ eventLog }: EventPage, event: ReceivedEvent, cause: unknown) {
    const failures = await this.#db.transaction(async (tx) => {
      const cursor = await this.#cursor.lock(tx);
      if (cursor.seq !== event.seq - 1 || (cursor.epoch ?? eventLog.epoch) !== eventLog.epoch) return 0;
      if (cursor.failures + 1 < MAX_FAILURES) {
        await this.#cursor.noteFailures(tx, event.seq, cursor.failures + 1);
      } else {
        await this.#parked.add(tx, event, reasonOf(cause), this.#now());
        await this.#cursor.move(tx, event, eventLog.epoch);
      }
      return cursor.failures + 1;
    });
    if (failures === 0) return undefined;
    if (failures < MAX_FAILURES) throw cause;
    this.#progress.clear('EVENT_PARKED');
    this.#progress.raise('EVENT_PARKED', {
      producer: this.producer,
      count: await this.#parked.count(),
      seq: event.seq,
      type: event.type,
      aggregate: aggregateKey(event),
      reason: reasonOf(cause),
    });
    return 1;
  }
}

/** That a handler failed, and on which event. */
class HandlerFailed extends Error {
  readonly event: ReceivedEvent;

  constructor(event: ReceivedEvent, cause: unknown) {
    super('an event could not be handled', { cause });
    this.event = event;
  }
}

/** @throws the error when it is not that of a handler */
function failedIn(error: unknown): { event: ReceivedEvent; cause: unknown } {
  if (error instanceof HandlerFailed) return { event: error.event, cause: error.cause };
  throw error;
}
