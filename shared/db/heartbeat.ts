import type { DataSource } from 'typeorm';
import { logger } from '../logging/logger.ts';
import { BeatLog } from './beat-log.ts';
import { Pulse } from './pulse.ts';

const DEADLINE_MS = 1000;

/** What looks at the heartbeat of a server. */
export const pulseOf = (source: DataSource): Pulse => new Pulse(source, DEADLINE_MS);

/** Reads the heartbeat. @throws Error when the server does not answer in time, or has none */
export async function readBeat(pulse: Pulse): Promise<number> {
  const rows = (await pulse.query('SELECT beat FROM replication_heartbeat WHERE id = 1')) as {
    beat: string;
  }[];
  const [row] = rows;
  if (row === undefined) throw new Error('no heartbeat');
  return Number(row.beat);
}

/**
 * The heartbeat of the primary. Each process looks at it and moves it on unless another one did since its last look:
 * so it beats as often as one process looks, however many there are.
 */
export class Heartbeat {
  readonly log = new BeatLog();
  readonly #primary: Pulse;
  readonly #now: () => number;
  #isLooking = false;
  #isClosed = false;
  #isFailing = false;
  /** Whether the primary answers other statements than those of the heartbeat, while that fails. */
  #answersOthers = false;
  /** When the last look that was answered began. */
  #lookedAt: number | undefined;

  /** @param now of the monotonic clock, ms */
  constructor(primary: DataSource, now: () => number) {
    this.#primary = pulseOf(primary);
    this.#now = now;
  }

  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#look();
      if (this.#isFailing) logger().info('the heartbeat of the primary is back');
      this.#isFailing = false;
      this.#answersOthers = false;
    } catch (error) {
      if (this.#isClosed) return;
      if (!this.#isFailing) logger().warn({ err: error }, 'no heartbeat of the primary');
      this.#isFailing = true;
      this.#answersOthers = await this.#primary.query('SELECT 1').then(
        () => true,
        () => false,
      );
    } finally {
      this.#isLooking = false;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#primary.end();
  }

  /** Whether nobody knows at present how far replicas are behind. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /**
   * The moment up to which the age of replicas counts, ms: while the primary does not answer us at all nobody knows of
   * anything newer than what replicas have, and there is nobody else to ask. One that answers other statements may have
   * newer data, and is asked itself once replicas may be too old.
   */
  reference(): number {
    const isFrozen = this.#isFailing && !this.#answersOthers;
    return isFrozen ? (this.#lookedAt ?? this.#now()) : this.#now();
  }

  async #look(): Promise<void> {
    const before = this.#lookedAt;
    const askedAt = this.#now();
    const beat = await readBeat(this.#primary);
    if (before !== undefined && beat > (this.log.last ?? beat)) {
      // Somebody else's: committed after our last look began, which did not see it.
      this.log.note(beat, before, this.#now());
    } else {
      const movedAt = this.#now();
      const sql = 'UPDATE replication_heartbeat SET beat = beat + 1 WHERE id = 1 AND beat = ?';
      const { affectedRows } = (await this.#primary.query(sql, [beat])) as { affectedRows: number };
      if (affectedRows === 1) this.log.note(beat + 1, movedAt, this.#now());
    }
    this.#lookedAt = askedAt;
  }
}
