import { z } from 'zod';
import { inRequest } from '../context/request-context.ts';
import type { Db, Tx } from '../db/db.ts';
import { type AnyEvent, type EventOf, type EventType, isEventType, parsePayload } from '../events/event.ts';
import { logger } from '../logging/logger.ts';
import type { ServiceClient } from '../service/service-client.ts';

const PAGE = 200;

/** What a subgraph does on the facts of another one, within the transaction that moves its cursor: no HTTP in it. */
export type EventHandlers = {
  readonly [T in EventType]?: (tx: Tx, event: EventOf<T>) => Promise<void>;
};

/** What a consumer asks its producer. */
export const EVENTS_QUERY = `query ($after: Float!, $first: Int!) {
  events(after: $after, first: $first) {
    id seq type version aggregateType aggregateId aggregateVersion occurredAt actor requestId traceparent payload
  }
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
});

type Received = z.infer<typeof answer>['events'][number];

/**
 * Pulls the facts of one producer in order. The cursor moves in the transaction of the effect, so each fact has its
 * effect exactly once, whatever dies when; a fact whose handler fails holds up those behind it and is tried again.
 */
export class EventConsumer {
  readonly #db: Db;
  readonly #producer: string;
  readonly #client: ServiceClient;
  readonly #handlers: EventHandlers;

  constructor(db: Db, producer: string, client: ServiceClient, handlers: EventHandlers) {
    this.#db = db;
    this.#producer = producer;
    this.#client = client;
    this.#handlers = handlers;
  }

  get producer(): string {
    return this.#producer;
  }

  /** Handles what is there. @returns how many @throws AppError UNAVAILABLE, or what a handler threw */
  async run(): Promise<number> {
    let total = 0;
    for (;;) {
      const after = await this.#cursor();
      const { events } = answer.parse(await this.#client.ask(EVENTS_QUERY, { after, first: PAGE }));
      const [first] = events;
      if (first !== undefined && first.seq !== after + 1) {
        throw new Error(`the facts of ${this.#producer} have a gap after ${after}`);
      }
      const isDone = await this.#handleAll(events);
      if (isDone) total += events.length;
      if (isDone && events.length < PAGE) return total;
    }
  }

  /** @returns false when the cursor was set back in the meantime: what comes next is then another page. */
  async #handleAll(events: Received[]): Promise<boolean> {
    for (const event of events) if (!(await this.#handle(event))) return false;
    return true;
  }

  async #cursor(): Promise<number> {
    const rows = await this.#db.readPrimary<{ seq: string }[]>((manager) =>
      manager.query('SELECT seq FROM event_cursor WHERE producer = ?', [this.#producer]),
    );
    return Number(rows[0]?.seq ?? 0);
  }

  async #handle(event: Received): Promise<boolean> {
    const { requestId, traceparent } = event;
    const request = {
      requestId,
      traceparent,
      locale: 'zh-CN',
      actorId: `service:${this.#producer}`,
      needsLatest: false,
    };
    return inRequest(request, () =>
      this.#db.transaction(async (tx) => {
        const at = await lockCursor(tx, this.#producer);
        // Another process of this subgraph was faster.
        if (at >= event.seq) return true;
        if (at < event.seq - 1) return false;
        await this.#apply(tx, event);
        await tx.manager.query('UPDATE event_cursor SET seq = ? WHERE producer = ?', [
          event.seq,
          this.#producer,
        ]);
        return true;
      }),
    );
  }

  async #apply(tx: Tx, event: Received): Promise<void> {
    const { type } = event;
    if (!isEventType(type)) {
      logger().warn({ type, producer: this.#producer }, 'an event of a kind that this version does not know');
      return;
    }
    const handler = this.#handlers[type] as ((tx: Tx, event: AnyEvent) => Promise<void>) | undefined;
    if (handler === undefined) return;
    const payload = parsePayload(type, JSON.parse(event.payload));
    await handler(tx, { ...event, type, payload } as AnyEvent);
  }
}

async function lockCursor({ manager }: Tx, producer: string): Promise<number> {
  const read = async (): Promise<{ seq: string }[]> =>
    manager.query('SELECT seq FROM event_cursor WHERE producer = ? FOR UPDATE', [producer]);
  const [known] = await read();
  if (known !== undefined) return Number(known.seq);
  await manager.query(
    'INSERT INTO event_cursor (producer, seq) VALUES (?, 0) ON DUPLICATE KEY UPDATE producer = VALUES(producer)',
    [producer],
  );
  return Number((await read())[0]?.seq ?? 0);
}
