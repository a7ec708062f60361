import type { Audit } from '../audit/audit.ts';
import type { Db } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';
import type { ServiceClient } from '../service/service-client.ts';
import { EventCursor } from './event-cursor.ts';
import { type EventHandlers, handleEvent, handlerOf, reasonOf } from './event-handlers.ts';
import { aggregateKey, type ParkedEvent, ParkedEvents } from './parked-events.ts';
import { askForEvents } from './received-event.ts';

/** Has parked events of one producer take their effect after all, in the order of each aggregate. */
export class ParkedRetry {
  readonly #db: Db;
  readonly #producer: string;
  readonly #client: ServiceClient;
  readonly #handlers: EventHandlers;
  readonly #cursor: EventCursor;
  readonly #parked: ParkedEvents;

  constructor(db: Db, producer: string, client: ServiceClient, handlers: EventHandlers) {
    this.#db = db;
    this.#producer = producer;
    this.#client = client;
    this.#handlers = handlers;
    this.#cursor = new EventCursor(db, producer);
    this.#parked = new ParkedEvents(db, producer);
  }

  /** @returns how many were handled @throws AppError UNAVAILABLE */
  async run(): Promise<number> {
    let handled = 0;
    const failed = new Set<string>();
    for (;;) {
      // More may be parked behind those that are handled just now.
      const next = (await this.#parked.all()).find((each) => !failed.has(aggregateKey(each)));
      if (next === undefined) return handled;
      if (await this.#retry(next)) handled += 1;
      else failed.add(aggregateKey(next));
    }
  }

  /**
   * Gives up an event that will never be handled, so that those behind it can be.
   * @throws AppError NOT_FOUND when it is not parked
   */
  async discard(audit: Audit, id: string): Promise<void> {
    const parked = (await this.#parked.all()).find((each) => each.id === id);
    if (parked === undefined) throw new AppError('NOT_FOUND', { what: 'ParkedEvent' });
    await this.#db.transaction(async (tx) => {
      await this.#cursor.lock(tx);
      await this.#parked.remove(tx, parked);
      await audit.record(tx, {
        actor: { kind: 'service', name: 'retry-events' },
        action: 'event.discard',
        subjectType: 'Event',
        subjectId: id,
        detail: { producer: this.#producer, seq: parked.seq, type: parked.type, reason: parked.reason },
      });
    });
  }

  async #retry(parked: ParkedEvent): Promise<boolean> {
    const page = await askForEvents(this.#client, { seq: parked.seq - 1, epoch: null }, 1);
    const [event] = page.events;
    const handler = handlerOf(this.#handlers, parked.type);
    try {
      if (event?.id !== parked.id) {
        throw new AppError('EVENT_HISTORY_CHANGED', { producer: this.#producer, seq: parked.seq });
      }
      await this.#db.transaction(async (tx) => {
        await this.#cursor.lock(tx);
        if (!(await this.#parked.remove(tx, parked)) || handler === undefined) return;
        await handleEvent(tx, this.#producer, handler, event);
      });
      return true;
    } catch (error) {
      await this.#db.transaction((tx) => this.#parked.noteReason(tx, parked.seq, reasonOf(error)));
      return false;
    }
  }
}
