import { AppError } from '../../shared/errors/app-error.ts';
import { logger } from '../../shared/logging/logger.ts';
import { FairLine, type LinePlaces } from './fair-line.ts';
import type { PlanJob } from './planner-messages.ts';
import { type PlanOutcome, PlannerWorker } from './planner-worker.ts';

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

export type PlannerThread = Pick<PlannerWorker, 'isGone' | 'ready' | 'plan' | 'end'>;

export interface PoolSize {
  readonly threads: number;
  /** What the heap of each thread may take. */
  readonly memoryMb: number;
  /** How many operations may wait for a thread, in all and of one caller. */
  readonly places: LinePlaces;
}

/** Threads that plan: one at first, more when operations wait; each is replaced when it is ended. */
export class PlannerPool {
  readonly #start: () => PlannerThread;
  readonly #size: PoolSize;
  readonly #idle: PlannerThread[] = [];
  readonly #waiting: FairLine<Waiting>;
  readonly #ready: Promise<void>;
  /** How many there are, or are being made. */
  #threads = 0;
  #isClosed = false;
  /** Runs while a thread that did not start is not tried again. */
  #pause: NodeJS.Timeout | undefined;

  /** @param start another way to start a thread, for tests */
  constructor(sdl: string, size: PoolSize, start?: () => PlannerThread) {
    this.#size = size;
    this.#start = start ?? (() => new PlannerWorker(sdl, size.memoryMb));
    this.#waiting = new FairLine(size.places);
    this.#ready = this.#add();
    this.#ready.catch(() => undefined);
  }

  /** Once the first thread is ready. @throws Error when it does not start */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /**
   * @param caller whose place it waits in; those of all callers come in turn
   * @throws AppError TOO_MANY_NEW_OPERATIONS when the caller has as many waiting as it may
   * @throws AppError UNAVAILABLE when too many wait, or no thread is free in time
   */
  async plan(job: PlanJob, deadlineMs: number, caller: string): Promise<PlanOutcome> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.remove(caller, waiting);
        reject(busy());
      }, MAX_WAIT_MS);
      const waiting: Waiting = { job, deadlineMs, resolve, reject, timer };
      const refuse = (refused: Waiting, error: AppError) => {
        clearTimeout(refused.timer);
        refused.reject(error);
      };
      const noPlace = this.#waiting.add(caller, waiting, (other) => refuse(other, busy()));
      if (noPlace === 'inAll') return refuse(waiting, busy());
      if (noPlace === 'ofKey') {
        const limit = this.#size.places.perKey;
        return refuse(waiting, new AppError('TOO_MANY_NEW_OPERATIONS', { limit }));
      }
      this.#next();
      if (this.#waiting.size > 0) this.#more();
    });
  }

  /** Ends the threads once nothing waits for them any more. */
  close(): void {
    this.#isClosed = true;
    this.#next();
  }

  #next(): void {
    while (this.#waiting.size > 0) {
      const worker = this.#idle.pop();
      if (!worker) return;
      if (worker.isGone) {
        this.#threads -= 1;
        this.#more();
        continue;
      }
      const first = this.#waiting.next();
      if (first) void this.#run(worker, first);
    }
    if (this.#isClosed) for (const each of this.#idle.splice(0)) each.end();
  }

  async #run(worker: PlannerThread, { job, deadlineMs, resolve, timer }: Waiting): Promise<void> {
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

  /** One more thread, if there may be one; of those that do not start, one is tried at a time. */
  #more(): void {
    if (this.#threads >= this.#size.threads || this.#pause !== undefined) return;
    if (this.#isClosed && this.#waiting.size === 0) return;
    this.#add().catch((error: unknown) => {
      logger().error({ err: error }, 'a planner did not start');
      this.#pause ??= setTimeout(() => {
        this.#pause = undefined;
        this.#more();
      }, RESTART_PAUSE_MS).unref();
    });
  }

  /** @throws Error when it does not start */
  async #add(): Promise<void> {
    this.#threads += 1;
    const worker = this.#start();
    try {
      await worker.ready();
    } catch (error) {
      this.#threads -= 1;
      worker.end();
      throw error;
    }
    this.#idle.push(worker);
    this.#next();
    if (this.#waiting.size > 0) this.#more();
  }
}

function busy(): AppError {
  return new AppError('UNAVAILABLE', { service: 'planning' });
}
