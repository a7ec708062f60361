import { listenForFeed } from '../../../shared/live/listening.ts';
import { inTurn } from '../../../shared/live/turns.ts';
import type { Wake } from '../../../shared/redis/wake.ts';
import { type QueueTicket, QueueTicketStatus } from './queue-ticket.entity.ts';
import type { QueueStore } from './queue.store.ts';

/** What wakes those who watch the queue of a session. */
export const queueTopic = (scheduleId: string) => `queue:${scheduleId}`;

const OVER: readonly QueueTicketStatus[] = [QueueTicketStatus.DONE, QueueTicketStatus.CANCELLED];

/** The live place of one ticket in its queue. */
export class QueueFeed {
  readonly #store: QueueStore;
  readonly #wake: Wake;

  constructor(store: QueueStore, wake: Wake) {
    this.#store = store;
    this.#wake = wake;
  }

  /**
   * The ticket as it is, when its queue has moved past `afterVersion`, then again whenever its state or its place has
   * changed; ends once it is done or cancelled. States that nobody was there to see are skipped: what counts is the present one.
   */
  async *follow(ticket: QueueTicket, afterVersion: number): AsyncGenerator<QueueTicket, void, undefined> {
    // Listening starts before the first read, so that a move in between still wakes us.
    const listener = await listenForFeed(this.#wake, queueTopic(ticket.scheduleId));
    let seen = afterVersion;
    let shown = '';
    try {
      while (!listener.isOver()) {
        const now = await inTurn(() => this.#store.current(ticket.id));
        if (now === null) return;
        const face = `${now.status} ${now.ahead}`;
        if (now.version > seen && face !== shown) {
          yield now;
          shown = face;
        }
        seen = Math.max(seen, now.version);
        if (OVER.includes(now.status)) return;
        await listener.wait();
      }
    } finally {
      listener.close();
    }
  }
}
