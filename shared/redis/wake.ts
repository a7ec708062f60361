import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** Longest wait before a listener looks again on its own, ms: what a lost wake-up can cost. */
const FALLBACK_MS = 2000;
/** How long a new listener waits for Redis before it begins, ms. */
const SUBSCRIBE_BUDGET_MS = 500;

/**
 * Wake-up calls between processes: "something changed under this topic, look into the database". It carries no
 * facts, so losing one costs time and never data.
 */
export class Wake {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #fallbackMs: number;
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Topics of which a call is under way; true where one more has to follow it. */
  readonly #calling = new Map<string, boolean>();

  /** @param fallbackMs after how long a listener looks on its own */
  constructor(publisher: Redis, subscriber: Redis, fallbackMs = FALLBACK_MS) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#fallbackMs = fallbackMs;
    subscriber.on('message', (channel: string) => {
      for (const wake of this.#waiting.get(channel) ?? []) wake();
    });
  }

  /**
   * Wakes every listener of `topic` in every process. Nobody waits for it, and a failure is silent: a Redis that is
   * slow or gone must not hold up an answer, and listeners also look by themselves. What is called while a call is
   * under way is one call more, however often: it goes out after the last change that it tells of.
   */
  async call(topic: string): Promise<void> {
    const isUnderWay = this.#calling.has(topic);
    this.#calling.set(topic, isUnderWay);
    if (!isUnderWay) void this.#publish(topic);
  }

  async #publish(topic: string): Promise<void> {
    do {
      this.#calling.set(topic, false);
      await this.#publisher.publish(channelOf(topic), '1').catch(() => 0);
    } while (this.#calling.get(topic));
    this.#calling.delete(topic);
  }

  /** Listens to `topic` until closed. */
  async listen(topic: string): Promise<WakeListener> {
    const channel = channelOf(topic);
    const listeners = this.#waiting.get(channel) ?? new Set();
    let pending = false;
    let resume: (() => void) | undefined;
    const wake = () => {
      pending = true;
      resume?.();
    };
    if (listeners.size === 0) {
      this.#waiting.set(channel, listeners);
      // Without Redis the subscription stays queued; the listener goes on and looks by itself.
      const subscribed = this.#subscriber.subscribe(channel).catch(() => 0);
      await Promise.race([subscribed, delay(SUBSCRIBE_BUDGET_MS, undefined, { ref: false })]);
    }
    listeners.add(wake);
    return {
      wait: () =>
        new Promise<void>((resolve) => {
          const finish = () => {
            clearTimeout(timer);
            resume = undefined;
            pending = false;
            resolve();
          };
          const timer = setTimeout(finish, this.#fallbackMs);
          resume = finish;
          if (pending) finish();
        }),
      close: () => {
        listeners.delete(wake);
        wake();
        if (listeners.size === 0 && this.#waiting.get(channel) === listeners) {
          this.#waiting.delete(channel);
          void this.#subscriber.unsubscribe(channel).catch(() => 0);
        }
      },
    };
  }
}

export interface WakeListener {
  /** Resolves at the next wake-up, at `close`, or after two seconds. */
  wait(): Promise<void>;
  close(): void;
}

function channelOf(topic: string): string {
  return `{yey}:wake:${topic}`;
}
