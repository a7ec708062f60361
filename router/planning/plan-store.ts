import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../shared/errors/app-error.ts';
import { logger } from '../../shared/logging/logger.ts';
import { tooComplex } from '../cost/too-complex.ts';
import type { RegisteredOperations } from '../registered-operations.ts';
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

/**
 * Plans by operation, made by threads and remembered. Operations of the manifest have a thread of their own, so that
 * nobody's experiment delays them.
 */
export class PlanStore {
  readonly #registered: RegisteredOperations;
  readonly #limits: PlanningLimits;
  readonly #forRegistered: PlannerPool;
  readonly #forOthers: PlannerPool;
  readonly #known: LRUCache<string, QueryPlan | AppError>;
  readonly #pending = new Map<string, Promise<QueryPlan>>();

  constructor(sdl: string, registered: RegisteredOperations, limits: PlanningLimits) {
    this.#registered = registered;
    this.#limits = limits;
    this.#forRegistered = new PlannerPool(sdl, 1, limits.memoryMb);
    this.#forOthers = new PlannerPool(sdl, limits.threads, limits.memoryMb);
    this.#known = new LRUCache({ maxSize: limits.cacheBytes });
  }

  /**
   * @throws AppError OPERATION_TOO_COMPLEX when its planning took too long, now or not long ago
   * @throws AppError UNAVAILABLE when too many others wait for a plan
   */
  async planOf(job: PlanJob): Promise<QueryPlan> {
    const hash = createHash('sha256').update(job.source).digest('hex');
    const key = `${hash} ${job.operationName ?? ''}`;
    const known = this.#known.get(key);
    if (known instanceof AppError) throw known;
    if (known) return known;
    // Whoever asks for the same meanwhile waits for the same.
    const pending = this.#pending.get(key) ?? this.#make(key, job, this.#registered.has(hash));
    this.#pending.set(key, pending);
    try {
      return await pending;
    } finally {
      this.#pending.delete(key);
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
        await this.planOf(job);
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

  async #make(key: string, job: PlanJob, isRegistered: boolean): Promise<QueryPlan> {
    const pool = isRegistered ? this.#forRegistered : this.#forOthers;
    const deadlineMs = isRegistered ? REGISTERED_DEADLINE_MS : this.#limits.deadlineMs;
    const outcome = await pool.plan(job, deadlineMs);
    if (outcome.kind === 'failed') throw new Error(`planning failed: ${outcome.reason}`);
    if (outcome.kind === 'gaveUp') throw this.#refuse(key, outcome.limit, outcome.value, outcome.count);
    const { length } = outcome.plan;
    if (length > MAX_PLAN) throw this.#refuse(key, 'planLength', MAX_PLAN, length);
    const plan = JSON.parse(outcome.plan) as QueryPlan;
    this.#known.set(key, plan, { size: length * 2 });
    return plan;
  }

  #refuse(key: string, limit: string, value: number, count: number): AppError {
    const refusal = tooComplex(limit, value, count);
    this.#known.set(key, refusal, { size: REFUSAL_SIZE, ttl: REFUSED_FOR_MS });
    return refusal;
  }
}
