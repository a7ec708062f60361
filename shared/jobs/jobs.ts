import { Queue, Worker } from 'bullmq';
import { inRequest } from '../context/request-context.ts';
import { createRedis } from '../redis/clients.ts';
import { logger } from '../logging/logger.ts';
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';

/** How often a schedule that Redis has lost is put back, ms. */
const LOOK_MS = 5000;
/** In braces: on a cluster all keys of the queues must be in one slot. */
const PREFIX = '{yey}';

interface Repeated {
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
}

/**
 * Work by the clock: expiries, reminders, reconciliation. Each run looks into the database for what is due, so a run
 * that is lost or doubled changes nothing; facts go through the outbox. One process of the subgraph does each run.
 */
export class Jobs {
  readonly #name: string;
  readonly #url: string;
  readonly #repeated = new Map<string, Repeated>();
  #close: () => Promise<void> = async () => undefined;

  /** @param name of the subgraph. */
  constructor(name: string, redisUrl: string) {
    this.#name = name;
    this.#url = redisUrl;
  }

  /** Runs `work` every so often, in one process at a time. To be called before {@link start}. */
  every(name: string, everyMs: number, work: () => Promise<unknown>): void {
    this.#repeated.set(name, { everyMs, work });
  }

  start(): void {
    if (this.#repeated.size === 0) return;
    const connection = createRedis(this.#url, 'subscriber');
    const blocking = createRedis(this.#url, 'subscriber');
    const queue = new Queue(this.#name, { connection, prefix: PREFIX });
    const worker = new Worker(this.#name, async (job) => this.#run(job.name), {
      connection: blocking,
      prefix: PREFIX,
      concurrency: 4,
    });
    // The clients tell of a Redis that is gone; an error without a listener would end the process.
    queue.on('error', () => undefined);
    worker.on('error', () => undefined);
    worker.on('failed', (job, error) => logger().warn({ err: error, job: job?.name }, 'job failed'));
    const look = () => void this.#schedule(queue).catch(() => undefined);
    look();
    // Redis may have been emptied, and then knows of no schedule.
    const timer = setInterval(look, LOOK_MS);
    this.#close = async () => {
      clearInterval(timer);
      // `true` does not wait for a Redis that may be gone.
      await worker.close(true).catch(() => undefined);
      await queue.close().catch(() => undefined);
      connection.disconnect();
      blocking.disconnect();
    };
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async #schedule(queue: Queue): Promise<void> {
    for (const [name, { everyMs }] of this.#repeated) {
      const known = await queue.getJobScheduler(name);
      if (known?.every === everyMs) continue;
      await queue.upsertJobScheduler(
        name,
        { every: everyMs },
        { name, opts: { removeOnComplete: 20, removeOnFail: 100 } },
      );
    }
  }

  async #run(name: string): Promise<void> {
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
