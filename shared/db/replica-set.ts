import type { DataSource } from 'typeorm';
import { logger } from '../logging/logger.ts';
import { isOutage } from './db-errors.ts';
import { Heartbeat } from './heartbeat.ts';
import { Replica, type ReplicaState } from './replica.ts';
import type { ReplicaTopology } from './replica-topology.ts';

/** How often primary and replicas are looked at, ms: what has stopped is found out within two seconds. */
const LOOK_EVERY_MS = 300;
/** How long a read waits for a replica to reach the reader's own write, seconds; afterwards the primary answers. */
const CATCH_UP_BUDGET_S = 0.05;

export interface ReplicaReport {
  readonly replica: string;
  readonly state: ReplicaState;
  /** How old its data is at most; null when that is not known. */
  readonly lagMs: number | null;
}

export interface ReplicaParts {
  readonly topology: ReplicaTopology;
  readonly primary: DataSource;
  /** Makes what connects to a replica; nothing is connected yet. */
  readonly connect: (url: string) => DataSource;
  /** How old the data of a replica that answers may be, ms. */
  readonly maxLagMs: number;
  /** Of the monotonic clock, ms. */
  readonly now?: () => number;
}

/**
 * The read-only servers, with what TypeORM's own replication lacks: health, a bound to the age of what they answer,
 * and waiting for a position.
 */
export class ReplicaSet {
  readonly #parts: ReplicaParts | undefined;
  readonly #now: () => number;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #replicas = new Map<string, Replica>();
  #timer: NodeJS.Timeout | undefined;
  #isTopologyLost = false;
  #isClosed = false;
  #next = 0;

  /** @param parts left out where everything is read from the primary */
  constructor(parts?: ReplicaParts) {
    this.#parts = parts;
    this.#now = parts?.now ?? (() => performance.now());
    this.#heartbeat = parts && new Heartbeat(parts.primary, this.#now);
  }

  /** Looks at once and then all the time, until closed. */
  start(): void {
    if (this.#parts === undefined || this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
    void this.look();
  }

  /** Looks which replicas there are and how far each is. Nobody waits for one that does not answer. */
  async look(): Promise<void> {
    if (this.#isClosed) return;
    await this.#follow();
    if (this.#replicas.size === 0) return;
    await Promise.all([this.#heartbeat?.look(), ...[...this.#replicas.values()].map((each) => each.look())]);
  }

  /** A replica that answers and has applied `position` (a GTID, or none to wait for); undefined: ask the primary. */
  async pick(position: string | undefined): Promise<Replica | undefined> {
    const replicas = [...this.#replicas.values()];
    for (let tried = 0; tried < replicas.length; tried += 1) {
      const replica = replicas[this.#next++ % replicas.length];
      if (replica?.state !== 'SERVING') continue;
      if (position === undefined) return replica;
      try {
        if (await hasReached(replica, position)) return replica;
      } catch (error) {
        if (!isOutage(error)) logger().warn({ err: error, replica: replica.name }, 'replica refused');
      }
    }
    return undefined;
  }

  report(): ReplicaReport[] {
    return Array.from(this.#replicas.values(), ({ name, state, lagMs }) => ({
      replica: name,
      state,
      lagMs: Number.isFinite(lagMs) ? Math.round(lagMs) : null,
    }));
  }

  /** What somebody should look at; undefined when every replica answers and it is known how far each is behind. */
  problem(): string | undefined {
    const report = this.report();
    const idle = report.filter(({ state }) => state !== 'SERVING');
    const problems: string[] = [];
    if (idle.length > 0) {
      problems.push(
        `answer no reads: ${idle.map(({ replica, state }) => `${replica} (${state})`).join(', ')}`,
      );
    }
    if (report.length > 0 && this.#heartbeat?.isFailing === true) {
      problems.push('how old their data is is not known: the heartbeat of the primary fails');
    }
    return problems.length === 0 ? undefined : problems.join('; ');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#heartbeat?.close();
    await Promise.all(Array.from(this.#replicas.values(), (each) => each.close()));
  }

  async #follow(): Promise<void> {
    if (this.#parts === undefined || this.#heartbeat === undefined) return;
    const { topology, connect, maxLagMs } = this.#parts;
    let urls: readonly string[];
    try {
      urls = await topology.replicas();
      this.#isTopologyLost = false;
    } catch (error) {
      // Those that are known stay: whether they answer is measured anyhow.
      if (!this.#isTopologyLost) logger().warn({ err: error }, 'which replicas there are is not to be had');
      this.#isTopologyLost = true;
      return;
    }
    for (const [url, replica] of this.#replicas) {
      if (urls.includes(url)) continue;
      this.#replicas.delete(url);
      void replica.close().catch(() => undefined);
    }
    for (const url of urls) {
      if (this.#replicas.has(url)) continue;
      const made = new Replica(url, () => connect(url), this.#heartbeat, maxLagMs, this.#now);
      this.#replicas.set(url, made);
    }
  }
}

async function hasReached(replica: Replica, position: string): Promise<boolean> {
  // MariaDB positions read `domain-server-sequence`, MySQL's `uuid:sequence`.
  const mysql = position.includes(':');
  const sql = mysql
    ? 'SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS late'
    : 'SELECT MASTER_GTID_WAIT(?, ?) AS late';
  const rows = await replica.run<{ late: number | string }[]>((manager) =>
    manager.query(sql, [position, CATCH_UP_BUDGET_S]),
  );
  return Number(rows[0]?.late) === 0;
}
