import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { currentRequest, type RequestInfo } from '../context/request-context.ts';
import { logger } from '../logging/logger.ts';
import { asAppError, isCollision, isOutage } from './db-errors.ts';
import type { OwnWrites } from './own-writes.ts';
import type { Replica } from './replica.ts';
import type { ReplicaSet } from './replica-set.ts';

const MAX_ATTEMPTS = 4;

/** An open transaction on the primary. Stores take it as their first parameter, so a write can't happen outside one. */
export interface Tx {
  readonly manager: EntityManager;
  /** Runs once the commit is durable; its failure is logged and changes nothing. */
  afterCommit(work: () => Promise<void>): void;
}

/** The database of one subgraph: reads from replicas, transactions on the primary, own writes always visible. */
export class Db {
  readonly #primary: DataSource;
  readonly #replicas: ReplicaSet;
  readonly #ownWrites: OwnWrites;
  readonly #positions = new WeakMap<RequestInfo, Promise<string | undefined>>();

  constructor(primary: DataSource, replicas: ReplicaSet, ownWrites: OwnWrites) {
    this.#primary = primary;
    this.#replicas = replicas;
    this.#ownWrites = ownWrites;
  }

  /**
   * Reads from a replica that has the caller's own writes and is not further behind than it may be, or from the
   * primary when there is none, or the position is not to be had.
   * @throws AppError UNAVAILABLE when the primary does not answer either.
   */
  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const replica = await this.#replicaForCaller();
    if (replica !== undefined) {
      try {
        return await replica.run(work);
      } catch (error) {
        if (!isOutage(error)) throw asAppError(error);
      }
    }
    return this.readPrimary(work);
  }

  /** Reads the latest committed state, for decisions that a stale answer would get wrong. */
  async readPrimary<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return await work(this.#primary.manager).catch((error: unknown) => {
      throw asAppError(error);
    });
  }

  /**
   * Runs one statement on the primary that stands for itself: the engine commits it with its end, without the round
   * trips of a transaction. What the caller reads afterwards may still come from a replica that does not have it.
   * @throws AppError UNAVAILABLE (the outcome may be unknown), CONFLICT_RETRY when it collided
   */
  async append(sql: string, values: unknown[]): Promise<void> {
    await this.readPrimary((manager) => manager.query(sql, values));
  }

  /**
   * Runs `body` in one transaction on the primary (READ COMMITTED). The body is run again when it collides with
   * another transaction, so it holds no HTTP, Redis or outer change.
   * @throws AppError UNAVAILABLE (the outcome of a commit may be unknown: retry with the same idempotency key),
   *   CONFLICT_RETRY when it collided four times.
   */
  async transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const runner = this.#primary.createQueryRunner();
      try {
        return await this.#attempt(runner, body);
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        if (!isCollision(error) || attempt === MAX_ATTEMPTS) throw asAppError(error);
      } finally {
        // Nobody knows whether it still is in the transaction, so nobody else may have it.
        if (runner.isTransactionActive) destroy(runner);
        await runner.release();
      }
      // Those that met would meet again if all of them came back at once.
      await delay(Math.random() * 20 * attempt);
    }
  }

  async #attempt<T>(runner: QueryRunner, body: (tx: Tx) => Promise<T>): Promise<T> {
    const effects: (() => Promise<void>)[] = [];
    await runner.startTransaction('READ COMMITTED');
    const result = await body({ manager: runner.manager, afterCommit: (work) => effects.push(work) });
    const position = await commit(runner);
    await this.#remember(position);
    for (const effect of effects) {
      await effect().catch((error: unknown) => logger().error({ err: error }, 'after-commit work failed'));
    }
    return result;
  }

  async #remember(position: string | undefined): Promise<void> {
    const request = currentRequest();
    if (request === undefined) return;
    request.needsLatest = true;
    if (position === undefined || request.actorId === 'anonymous') return;
    await this.#ownWrites
      .remember(request.actorId, position)
      .catch((error: unknown) => logger().warn({ err: error }, 'own write position not kept'));
  }

  async #replicaForCaller(): Promise<Replica | undefined> {
    const request = currentRequest();
    if (request?.needsLatest) return undefined;
    if (request === undefined || request.actorId === 'anonymous') return this.#replicas.pick(undefined);
    try {
      return await this.#replicas.pick(await this.#positionFor(request));
    } catch {
      // Without Redis nobody knows what the caller wrote last: only the primary is sure to have it.
      return undefined;
    }
  }

  /** What the caller wrote last before the request; what the request itself writes makes it read from the primary. */
  async #positionFor(request: RequestInfo): Promise<string | undefined> {
    const known = this.#positions.get(request);
    if (known !== undefined) return known;
    const asked = this.#ownWrites.positionOf(request.actorId);
    this.#positions.set(request, asked);
    return asked;
  }

  /** Whether the primary answers; used by readiness. */
  async isReady(): Promise<boolean> {
    return await this.#primary.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    await this.#replicas.close();
    if (this.#primary.isInitialized) await this.#primary.destroy();
  }
}

/** Closes the connection of a runner, if it has one, instead of giving it back to the pool. */
function destroy(runner: QueryRunner): void {
  const { databaseConnection } = runner as { databaseConnection?: { destroy(): void } };
  databaseConnection?.destroy();
}

interface OkPacket {
  readonly stateChanges?: { systemVariables?: Record<string, string>; gtids?: string[] };
}

/** Commits and returns the GTID that the server tells in its OK packet (MariaDB last_gtid, MySQL OWN_GTID). */
async function commit(runner: QueryRunner): Promise<string | undefined> {
  const query = runner.query.bind(runner);
  let ok: OkPacket | undefined;
  // TypeORM drops the reply of COMMIT, which is the only place where the position is told without a round trip.
  const watching = async (sql: string, parameters?: unknown[]): Promise<unknown> => {
    const reply: unknown = await query(sql, parameters);
    if (sql === 'COMMIT') ok = reply as OkPacket;
    return reply;
  };
  Object.defineProperty(runner, 'query', { value: watching, configurable: true, writable: true });
  await runner.commitTransaction();
  return ok?.stateChanges?.systemVariables?.last_gtid ?? ok?.stateChanges?.gtids?.[0];
}
