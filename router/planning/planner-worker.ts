import { Worker } from 'node:worker_threads';
import type { PlanAnswer, PlanJob, PlannerThreadData } from './planner-messages.ts';

/** Of the bundle, also where this runs from its source: Node itself runs no TypeScript. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/bundle/planner.js' : '../../bundle/planner.js',
  import.meta.url,
);

/** With what it took of a thread, ms. */
export type PlanOutcome = { readonly ms: number } & PlanResult;

type PlanResult =
  | { readonly kind: 'planned'; readonly plan: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** It was beyond the limit of this name; the thread is gone. */
  | { readonly kind: 'gaveUp'; readonly limit: string; readonly value: number; readonly count: number };

/** One thread that plans one operation at a time, and is of no use any more once it has missed a deadline. */
export class PlannerWorker {
  readonly #worker: Worker;
  readonly #memoryMb: number;
  readonly #ready: Promise<void>;
  #answer: ((answer: PlanAnswer | undefined) => void) | undefined;
  #isGone = false;

  /** @param memoryMb what its heap may take; it ends when that is not enough */
  constructor(sdl: string, memoryMb: number) {
    this.#memoryMb = memoryMb;
    this.#worker = new Worker(ENTRY, {
      name: 'planner',
      workerData: { sdl } satisfies PlannerThreadData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#answer = (answer) => {
        if (answer && 'ready' in answer) {
          // Not before: while a router starts there may be nothing else that keeps its process alive.
          this.#worker.unref();
          resolve();
        } else reject(new Error('the planner did not start'));
      };
    });
    this.#ready.catch(() => undefined);
    this.#worker.on('message', (answer: PlanAnswer) => this.#tell(answer));
    // It ends after an error, also after one of memory.
    this.#worker.on('error', () => this.#tell(undefined));
    this.#worker.on('exit', () => {
      this.#isGone = true;
      this.#tell(undefined);
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** @throws Error when it did not start */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** @param deadlineMs how long the thread may take; it is ended then */
  async plan(job: PlanJob, deadlineMs: number): Promise<PlanOutcome> {
    const began = performance.now();
    let isLate = false;
    const answer = await new Promise<PlanAnswer | undefined>((resolve) => {
      const timer = setTimeout(() => {
        isLate = true;
        resolve(undefined);
      }, deadlineMs);
      this.#answer = (given) => {
        clearTimeout(timer);
        resolve(given);
      };
      this.#worker.postMessage(job);
    });
    this.#answer = undefined;
    const ms = performance.now() - began;
    return { ms, ...this.#resultOf(answer, isLate ? { deadlineMs, ms } : undefined) };
  }

  end(): void {
    this.#isGone = true;
    void this.#worker.terminate();
  }

  #resultOf(
    answer: PlanAnswer | undefined,
    late: { readonly deadlineMs: number; readonly ms: number } | undefined,
  ): PlanResult {
    if (answer && 'plan' in answer) return { kind: 'planned', plan: answer.plan };
    if (answer && 'failure' in answer) return failureOf(answer.failure);
    this.end();
    if (late) {
      return { kind: 'gaveUp', limit: 'planningMs', value: late.deadlineMs, count: Math.ceil(late.ms) };
    }
    return { kind: 'gaveUp', limit: 'planningMb', value: this.#memoryMb, count: this.#memoryMb + 1 };
  }

  #tell(answer: PlanAnswer | undefined): void {
    this.#answer?.(answer);
  }
}

/** The planner has bounds of its own, which it tells in words alone. */
function failureOf(reason: string): PlanResult {
  const [, bound] = / limit of (\d+)/.exec(reason) ?? [];
  if (bound === undefined) return { kind: 'failed', reason };
  return { kind: 'gaveUp', limit: 'planningOptions', value: Number(bound), count: Number(bound) + 1 };
}
