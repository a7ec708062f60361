import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../shared/errors/app-error.ts';
import { logger } from '../../shared/logging/logger.ts';
import { tooComplex } from '../cost/too-complex.ts';
import type { RegisteredOperations } from '../registered-operations.ts';
import type { PlanCaller } from './plan-caller.ts';
import { PlannerPool } from './planner-pool.ts';
import type { PlanJob } from './planner-messages.ts';
import type { PlanningLimits } from './planning-config.ts';

/** Registered operations are known to be good; they may take long while the machine is busy with its start. */
const REGISTERED_DEADLINE_MS = 20_000;
/** A plan that is longer would keep the main thread busy for as long as it is read, characters. */
const MAX_PLAN = 2_000_000;
/** How long an operation is remembered that took too long to plan: the machine may have been busy then, ms. */
const REFUSED_FOR_MS = 10 * 60_000;
/** What one that was refused takes in the cache, bytes. */
const REFUSAL_SIZE = 1000;

/** Whoever waits for the planning of the same document takes no place in the line; so many do, at most. */
const MAX_SHARING = 200;
/** Of the manifest there is no more than of the manifest. */
const ALL = { inAll: Number.POSITIVE_INFINITY, perKey: Number.POSITIVE_INFINITY };
const NOBODY: PlanCaller = { key: 'manifest', took: () => undefined };

interface Pending {
  readonly plan: Promise<QueryPlan>;
  sharing: number;
}

/**
 * Plans by operation, made by threads and remembered. Operations of the manifest have a thread of their own and are
 * never forgotten, so that nobody's experiments delay them.
 */
export class PlanStore {
  readonly #registered: RegisteredOperations;
  readonly #limits: PlanningLimits;
  readonly #forRegistered: PlannerPool;
  readonly #forOthers: PlannerPool;
  readonly #ofManifest = new Map<string, QueryPlan>();
  readonly #known: LRUCache<string, QueryPlan | AppError>;
  readonly #pending = new Map<string, Pending>();

  constructor(sdl: string, registered: RegisteredOperations, limits: PlanningLimits) {
    this.#registered = registered;
    this.#limits = limits;
    const { threads, memoryMb, waiting: inAll, waitingPerCaller: perKey } = limits;
    this.#forRegistered = new PlannerPool(sdl, { threads: 1, memoryMb, places: ALL });
    this.#forOthers = new PlannerPool(sdl, { threads, memoryMb, places: { inAll, perKey } });
    this.#known = new LRUCache({ maxSize: limits.cacheBytes });
  }

  /**
   * @throws AppError OPERATION_TOO_COMPLEX when its planning took too long, now or not long ago
   * @throws AppError TOO_MANY_NEW_OPERATIONS when the caller waits for as many plans as it may
   * @throws AppError UNAVAILABLE when too many others wait for a plan
   */
  async planOf(job: PlanJob, caller: PlanCaller): Promise<QueryPlan> {
    const hash = createHash('sha256').update(job.source).digest('hex');
    const key = `${hash} ${job.operationName ?? ''}`;
    const known = this.#ofManifest.get(key) ?? this.#known.get(key);
    if (known instanceof AppError) throw known;
    if (known) return known;
    const isRegistered = this.#registered.has(hash);
    const made = this.#pending.get(key);
    const pending = made ?? { plan: this.#make(key, job, isRegistered ? undefined : caller), sharing: 0 };
    if (!isRegistered && pending.sharing >= MAX_SHARING)
      throw new AppError('UNAVAILABLE', { service: 'planning' });
    pending.sharing += 1;
    this.#pending.set(key, pending);
    try {
      return await pending.plan;
    } finally {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    }
  }

  /** Once it can plan. @throws Error when its threads don't start */
  async ready(): Promise<void> {
    await Promise.all([this.#forRegistered.ready(), this.#forOthers.ready()]);
  }

  /** Plans the operations of the manifest, one after the other. */
  async warm(): Promise<void> {
    for (const job of this.#registered.operations()) {
      try {
        await this.planOf(job, NOBODY);
      } catch (error) {
        logger().warn({ err: error, operation: job.operationName }, 'a registered operation was not planned');
      }
    }
  }

  /** Ends the threads once nothing waits for them any more. */
  close(): void {
    this.#forRegistered.close();
    this.#forOthers.close();
  }

  /** @param caller undefined for an operation of the manifest, which is nobody's own */
  async #make(key: string, job: PlanJob, caller: PlanCaller | undefined): Promise<QueryPlan> {
    const outcome = await (caller === undefined
      ? this.#forRegistered.plan(job, REGISTERED_DEADLINE_MS, NOBODY.key)
      : this.#forOthers.plan(job, this.#limits.deadlineMs, caller.key));
    caller?.took(outcome.ms);
    if (outcome.kind === 'failed') throw new Error(`planning failed: ${outcome.reason}`);
    if (outcome.kind === 'gaveUp') throw this.#refuse(key, outcome.limit, outcome.value, outcome.count);
    const { length } = outcome.plan;
    if (length > MAX_PLAN) throw this.#refuse(key, 'planLength', MAX_PLAN, length);
    const plan = JSON.parse(outcome.plan) as QueryPlan;
    if (caller === undefined) this.#ofManifest.set(key, plan);
    else this.#known.set(key, plan, { size: length * 2 });
    return plan;
  }

  #refuse(key: string, limit: string, value: number, count: number): AppError {
    const refusal = tooComplex(limit, value, count);
    this.#known.set(key, refusal, { size: REFUSAL_SIZE, ttl: REFUSED_FOR_MS });
    return refusal;
  }
}
