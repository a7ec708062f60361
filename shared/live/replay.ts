import type { Wake } from '../redis/wake.ts';
import { listenForFeed } from './listening.ts';
import { inTurn } from './turns.ts';

interface Numbered {
  readonly seq: number;
}

/**
 * A live feed that cannot miss: it reads rows after the cursor from the database, hands them out in order, and
 * only then waits for a wake-up. Reconnecting with the last seen `seq` continues without gap.
 * @param read rows with `seq > after`, ascending, at most a page.
 */
export async function* replayThenFollow<T extends Numbered>(
  wake: Wake,
  topic: string,
  after: number,
  read: (after: number) => Promise<T[]>,
): AsyncGenerator<T, void, undefined> {
  // Listening starts before the first read, so that a row committed in between still wakes us.
  const listener = await listenForFeed(wake, topic);
  let cursor = after;
  try {
    while (!listener.isOver()) {
      const rows = await inTurn(() => read(cursor));
      for (const row of rows) {
        yield row;
        cursor = row.seq;
      }
      if (rows.length === 0) await listener.wait();
    }
  } finally {
    listener.close();
  }
}
