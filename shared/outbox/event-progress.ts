import type { AppError } from '../errors/app-error.ts';
import { type ErrorCode, messageOf } from '../errors/catalogue.ts';
import { logger } from '../logging/logger.ts';
import type { EventPage } from './received-event.ts';

/** A reader that is later than this raises an alarm, ms. */
const LATE_MS = 60_000;
/** What is not worth a word yet, s. */
const USUAL_S = 5;
/** How often one that is behind says how far, ms. */
const TELL_EVERY_MS = 10_000;

/** How far a reader is behind its producer, as this process last saw it. */
export interface Lag {
  /** Events not read yet; null before the producer has answered for the first time. */
  readonly behind: number | null;
  /** Age of the oldest event that was not read yet, or of the last answer where that is more than it should be. */
  readonly behindSeconds: number;
}

/** What one process knows of its reading from a producer: how far it is behind, and the alarms that it has told of. */
export class EventProgress {
  readonly #producer: string;
  readonly #now: () => Date;
  /** By the monotonic clock, ms. */
  #answeredAt = performance.now();
  #behind: number | null = null;
  /** When the oldest unread event happened, ms since 1970. */
  #oldestAt: number | undefined;
  #toldAt = 0;
  readonly #alarms = new Set<ErrorCode>();

  constructor(producer: string, now: () => Date) {
    this.#producer = producer;
    this.#now = now;
  }

  /** @param behind how many events were not handled yet @param oldest the first of them */
  note(behind: number, oldest: EventPage['events'][number] | undefined): void {
    this.#answeredAt = performance.now();
    this.#behind = behind;
    this.#oldestAt = oldest?.occurredAt.getTime();
    const { behindSeconds } = this.lag();
    if (behindSeconds * 1000 > LATE_MS) {
      this.raise('EVENTS_BEHIND', { producer: this.#producer, seconds: behindSeconds });
    } else this.clear('EVENTS_BEHIND');
    if (behindSeconds < USUAL_S || performance.now() - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = performance.now();
    logger().info({ producer: this.#producer, behind, behindSeconds }, 'events are being caught up with');
  }

  lag(): Lag {
    const silentMs = performance.now() - this.#answeredAt;
    const oldestMs = this.#oldestAt === undefined ? 0 : this.#now().getTime() - this.#oldestAt;
    const lateMs = Math.max(0, oldestMs, silentMs > LATE_MS ? silentMs : 0);
    return { behind: this.#behind, behindSeconds: Math.round(lateMs / 1000) };
  }

  isLate(): boolean {
    return this.lag().behindSeconds * 1000 > LATE_MS;
  }

  /** Tells of an alarm once, until it is cleared. */
  raise(code: ErrorCode, params: AppError['params']): void {
    if (this.#alarms.has(code)) return;
    this.#alarms.add(code);
    logger().error({ alarm: code, ...params }, messageOf(code, params, 'en'));
  }

  clear(code: ErrorCode): void {
    if (this.#alarms.delete(code)) logger().info({ alarm: code, producer: this.#producer }, 'alarm is over');
  }

  /** Ends every alarm that one of these has raised. */
  clearAll(codes: readonly ErrorCode[]): void {
    for (const code of codes) this.clear(code);
  }
}
