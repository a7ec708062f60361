import { randomBytes } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { inRequest } from '../context/request-context.ts';
import { createRedis } from '../redis/clients.ts';
import { logger } from '../logging/logger.ts';
import { LastRuns } from './last-runs.ts';

export interface JobsPace {
  /** How often schedules are looked at, ms. */
  readonly lookMs: number;
  /** How much later than its interval a run may begin before its schedule is made anew, ms. */
  readonly graceMs: number;
}

const PACE: JobsPace = { lookMs: 5000, graceMs: 10_000 };
/** From here on a job that does not run is told, ms beyond its interval. */
const TOLD_AFTER_MS = 60_000;
/** In braces: on a cluster all keys of the queues must be in one slot. */
export const QUEUE_PREFIX = '{yey}';

interface Repeated {
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
}

/**
 * Work by the clock: expiries, reminders, reconciliation. Each run looks into the database for what is due, so a run
 * that is lost or doubled changes nothing; facts go through the outbox. One process of the subgraph does each run.
 *
 * BullMQ decides by the wall clock of the process that runs a job when the next run is: one that was ahead for a moment
 * puts it that far away, and one that is emptied knows of none. So each schedule is checked against its last run, by the
 * monotonic clock.
 */
export class Jobs {
  readonly #name: string;
  readonly #url: string;
  readonly #isClockRight: () => boolean;
  readonly #pace: JobsPace;
  readonly #repeated = new Map<string, Repeated>();
  readonly #runs = new LastRuns();
  #isWorking = false;
  #close: () => Promise<void> = async () => undefined;

  /**
   * @param name of the subgraph.
   * @param isClockRight whether this process may decide what is due: one whose clock is far off leaves it to others
   */
  constructor(name: string, redisUrl: string, isClockRight: () => boolean = () => true, pace = PACE) {
    this.#name = name;
    this.#url = redisUrl;
    this.#isClockRight = isClockRight;
    this.#pace = pace;
  }

  /** Runs `work` every so often, in one process at a time. To be called before {@link start}. */
  every(name: string, everyMs: number, work: () => Promise<unknown>): void {
    this.#repeated.set(name, { everyMs, work });
  }

  start(): void {
    if (this.#repeated.size === 0) return;
    const connection = createRedis(this.#url, 'subscriber');
    const blocking = createRedis(this.#url, 'subscriber');
    const queue = new Queue(this.#name, { connection, prefix: QUEUE_PREFIX });
    const worker = new Worker(this.#name, async (job) => this.#run(connection, job.name), {
      connection: blocking,
      prefix: QUEUE_PREFIX,
      concurrency: 4,
      autorun: false,
    });
    // The clients tell of a Redis that is gone; an error without a listener would end the process.
    queue.on('error', () => undefined);
    worker.on('error', () => undefined);
    worker.on('failed', (job, error) => logger().warn({ err: error, job: job?.name }, 'job failed'));
    for (const name of this.#repeated.keys()) this.#runs.seen(name, undefined);
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (isLooking) return;
      isLooking = true;
      await this.#workOrRest(worker).catch(() => undefined);
      await this.#schedule(queue, connection).catch(() => undefined);
      isLooking = false;
    };
    void look();
    // Redis may have been emptied, and then knows of no schedule.
    const timer = setInterval(() => void look(), this.#pace.lookMs);
    this.#close = async () => {
      clearInterval(timer);
      // `true` does not wait for a Redis that may be gone.
      await worker.close(true).catch(() => undefined);
      await queue.close().catch(() => undefined);
      connection.disconnect();
      blocking.disconnect();
    };
  }

  /** Which jobs do not run, in any process; undefined when all do. */
  problem(): string | undefined {
    const late = Array.from(this.#repeated).filter(
      ([name, { everyMs }]) => this.#runs.ageMs(name) > everyMs + TOLD_AFTER_MS,
    );
    if (late.length === 0) return undefined;
    return late
      .map(([name]) => `${name} has not run for ${Math.round(this.#runs.ageMs(name) / 1000)} s`)
      .join(', ');
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async #workOrRest(worker: Worker): Promise<void> {
    const isRight = this.#isClockRight();
    if (isRight === this.#isWorking) return;
    this.#isWorking = isRight;
    if (!isRight) {
      logger().error('the clock of this process is too far off: it runs no jobs');
      await worker.pause(true);
    } else if (worker.isPaused()) worker.resume();
    else void worker.run().catch((error: unknown) => logger().warn({ err: error }, 'jobs ended'));
  }

  async #schedule(queue: Queue, redis: Redis): Promise<void> {
    const counts = await redis.hgetall(runsKey(this.#name));
    // By a clock that is off nothing is put in its place.
    if (!this.#isClockRight()) return;
    const { graceMs } = this.#pace;
    for (const [name, { everyMs }] of this.#repeated) {
      this.#runs.seen(name, counts[name]);
      const known = await queue.getJobScheduler(name);
      const isOverdue = this.#runs.waitingMs(name) > everyMs + graceMs;
      const isTooFar = (known?.next ?? 0) > Date.now() + everyMs + graceMs;
      if (known?.every === everyMs && !isOverdue && !isTooFar) continue;
      if (known !== undefined && (isOverdue || isTooFar)) {
        logger().warn(
          { job: name, next: known.next },
          'a job was not run in time: its schedule is made anew',
        );
        await queue.removeJobScheduler(name);
      }
      this.#runs.scheduled(name);
      await queue.upsertJobScheduler(
        name,
        { every: everyMs },
        { name, opts: { removeOnComplete: 20, removeOnFail: 100 } },
      );
    }
  }

  async #run(redis: Redis, name: string): Promise<void> {
    await redis.hincrby(runsKey(this.#name), name, 1);
    const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
    const request = {
      requestId: ulid(),
      traceparent,
      locale: 'zh-CN',
      actorId: `service:${this.#name}`,
      needsLatest: false,
    };
    await inRequest(request, async () => this.#repeated.get(name)?.work());
  }
}

/** How often each job was run, by all processes together. */
export const runsKey = (subgraph: string) => `${QUEUE_PREFIX}:${subgraph}:runs`;
