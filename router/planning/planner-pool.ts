import { AppError } from '../../shared/errors/app-error.ts';
import { logger } from '../../shared/logging/logger.ts';
import type { PlanJob } from './planner-messages.ts';
import { type PlanOutcome, PlannerWorker } from './planner-worker.ts';

/** How many operations may wait for a thread; more are a flood. */
const MAX_WAITING = 200;
/** How long an operation may wait for a thread, ms; as long as for a subgraph. */
const MAX_WAIT_MS = 15_000;
/** How long it takes until a thread is made again in the place of one that did not start, ms. */
const RESTART_PAUSE_MS = 1000;

interface Waiting {
  readonly job: PlanJob;
  readonly deadlineMs: number;
  readonly resolve: (outcome: PlanOutcome) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Threads that plan: one at first, more when operations wait; each is replaced when it is ended. */
export class PlannerPool {
  readonly #sdl: string;
  readonly #memoryMb: number;
  readonly #idle: PlannerWorker[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #size: number;
  readonly #ready: Promise<void>;
  /** How many there are, or are being made. */
  #threads = 0;
  #isClosed = false;

  /** @param memoryMb what the heap of each thread may take */
  constructor(sdl: string, size: number, memoryMb: number) {
    this.#sdl = sdl;
    this.#memoryMb = memoryMb;
    this.#size = size;
    this.#ready = this.#add();
    this.#ready.catch(() => undefined);
  }

  /** Once the first thread is ready. @throws Error when it does not start */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** @throws AppError UNAVAILABLE when no thread is free in time */
  async plan(job: PlanJob, deadlineMs: number): Promise<PlanOutcome> {
    if (this.#waiting.length >= MAX_WAITING) throw busy();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const at = this.#waiting.findIndex((each) => each.timer === timer);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(busy());
      }, MAX_WAIT_MS);
      this.#waiting.push({ job, deadlineMs, resolve, reject, timer });
      this.#next();
      if (this.#waiting.length > 0 && this.#threads < this.#size) this.#more();
    });
  }

  /** Ends the threads once nothing waits for them any more. */
  close(): void {
    this.#isClosed = true;
    this.#next();
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop();
      if (!worker) return;
      if (worker.isGone) {
        this.#threads -= 1;
        this.#more();
        continue;
      }
      const first = this.#waiting.shift();
      if (first) void this.#run(worker, first);
    }
    if (this.#isClosed) for (const each of this.#idle.splice(0)) each.end();
  }

  async #run(worker: PlannerWorker, { job, deadlineMs, resolve, timer }: Waiting): Promise<void> {
    clearTimeout(timer);
    resolve(await worker.plan(job, deadlineMs));
    if (worker.isGone) {
      this.#threads -= 1;
      this.#more();
      return;
    }
    this.#idle.push(worker);
    this.#next();
  }

  #more(): void {
    if (this.#isClosed && this.#waiting.length === 0) return;
    this.#add().catch((error: unknown) => {
      logger().error({ err: error }, 'a planner did not start');
      setTimeout(() => this.#more(), RESTART_PAUSE_MS).unref();
    });
  }

  /** @throws Error when it does not start */
  async #add(): Promise<void> {
    this.#threads += 1;
    const worker = new PlannerWorker(this.#sdl, this.#memoryMb);
    try {
      await worker.ready();
    } catch (error) {
      this.#threads -= 1;
      worker.end();
      throw error;
    }
    this.#idle.push(worker);
    this.#next();
  }
}

function busy(): AppError {
  return new AppError('UNAVAILABLE', { service: 'planning' });
}
