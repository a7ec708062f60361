import type { DataSource, EntityManager } from 'typeorm';
import { logger } from '../logging/logger.ts';
import { isOutage } from './db-errors.ts';
import { type Heartbeat, pulseOf, readBeat } from './heartbeat.ts';
import type { Pulse } from './pulse.ts';

/** How long a replica may take for a heartbeat while it shows no progress at all, ms: then it has stopped. */
const STOPPED_AFTER_MS = 1000;

export type ReplicaState = 'SERVING' | 'BEHIND' | 'STOPPED' | 'UNREACHABLE' | 'UNKNOWN';

/** A read that was under way when its replica stopped answering. */
class ReplicaLost extends Error {
  readonly code = 'PROTOCOL_CONNECTION_LOST';
}

/** One read-only server: how far it is behind, and whether it may answer. */
export class Replica {
  /** `host:port`, for logs. */
  readonly name: string;
  readonly #connect: () => DataSource;
  readonly #heartbeat: Heartbeat;
  readonly #maxLagMs: number;
  readonly #now: () => number;
  readonly #running = new Set<() => void>();
  #source: DataSource;
  #pulse: Pulse;
  #isLooking = false;
  #isClosed = false;
  #isReachable: boolean | undefined;
  #beat: number | undefined;
  /** When it was first seen to have the beat that it has. */
  #progressAt = 0;
  #isStopped = false;
  #told: ReplicaState = 'UNKNOWN';

  /** @param now of the monotonic clock, ms */
  constructor(
    url: string,
    connect: () => DataSource,
    heartbeat: Heartbeat,
    maxLagMs: number,
    now: () => number,
  ) {
    this.name = new URL(url).host;
    this.#connect = connect;
    this.#heartbeat = heartbeat;
    this.#maxLagMs = maxLagMs;
    this.#now = now;
    this.#source = connect();
    this.#pulse = pulseOf(this.#source);
  }

  /** How old its data is at most, ms. It grows with each moment in which nobody looks. */
  get lagMs(): number {
    if (this.#beat === undefined) return Number.POSITIVE_INFINITY;
    return this.#heartbeat.log.ageMs(this.#beat, this.#heartbeat.reference());
  }

  get state(): ReplicaState {
    if (this.#isReachable === undefined) return 'UNKNOWN';
    if (!this.#isReachable) return 'UNREACHABLE';
    if (this.#isStopped) return 'STOPPED';
    return this.lagMs <= this.#maxLagMs ? 'SERVING' : 'BEHIND';
  }

  async look(): Promise<void> {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    const askedAt = this.#now();
    try {
      const beat = await readBeat(this.#pulse);
      if (beat !== this.#beat) this.#progressAt = this.#now();
      this.#beat = beat;
      const lacksSince = this.#heartbeat.log.lacksSince(beat) ?? askedAt;
      this.#isStopped = askedAt - Math.max(this.#progressAt, lacksSince) >= STOPPED_AFTER_MS;
      this.#isReachable = true;
    } catch (error) {
      if (!this.#isClosed) this.#lose(error);
    } finally {
      this.#isLooking = false;
      if (!this.#isClosed) this.#tell();
    }
  }

  /** Runs a read; when the replica stops answering meanwhile it fails as an outage does, so that another one is asked. */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const lose = () => reject(new ReplicaLost('the replica does not answer'));
      const fail = (error: unknown) => {
        // Whether it is gone, or only has too much to do, the next look tells.
        if (isOutage(error)) void this.look();
        reject(error instanceof Error ? error : new Error('the read failed', { cause: error }));
      };
      this.#running.add(lose);
      void work(this.#source.manager)
        .then(resolve, fail)
        .finally(() => this.#running.delete(lose));
    });
  }

  /** It does not answer: reads under way go elsewhere, and the next look begins with new connections. */
  #lose(cause: unknown): void {
    if (this.#isReachable !== false) logger().warn({ err: cause, replica: this.name }, 'replica lost');
    this.#isReachable = false;
    for (const lose of this.#running) lose();
    this.#running.clear();
    const old = this.#source;
    this.#pulse.end();
    this.#source = this.#connect();
    this.#pulse = pulseOf(this.#source);
    // Connections that hang would hold this up for minutes.
    if (old.isInitialized) void old.destroy().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pulse.end();
    if (this.#source.isInitialized) await this.#source.destroy();
  }

  #tell(): void {
    const { state } = this;
    if (state === this.#told) return;
    const detail = { replica: this.name, state, lagMs: Number.isFinite(this.lagMs) ? this.lagMs : undefined };
    if (state === 'SERVING') logger().info(detail, 'replica answers reads');
    else logger().warn(detail, 'replica answers no reads');
    this.#told = state;
  }
}
