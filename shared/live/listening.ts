import { currentRequest } from '../context/request-context.ts';
import type { Wake, WakeListener } from '../redis/wake.ts';

export interface FeedListener extends WakeListener {
  /** Whether the reader of the feed has left. */
  isOver(): boolean;
}

/** Listens for a feed: when the subscription that it serves ends, a wait under way ends too. */
export async function listenForFeed(wake: Wake, topic: string): Promise<FeedListener> {
  const ended = currentRequest()?.ended;
  const listener = await wake.listen(topic);
  ended?.addEventListener('abort', () => listener.close(), { once: true });
  return { ...listener, isOver: () => ended?.aborted ?? false };
}
