import { In, MoreThan, MoreThanOrEqual } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Batch } from './batch.entity.ts';
import { StockMovement } from './stock-movement.entity.ts';

export interface BatchFilter {
  readonly pharmacyId: string;
  readonly skuId?: string | undefined;
  readonly lot?: string | undefined;
}

export class BatchStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Batch>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'batch.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Batch, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** The batches from which something may be taken on `day`, read without a lock: they may have changed since. */
  async allocatable(
    { manager }: Tx,
    pharmacyId: string,
    skuIds: readonly string[],
    day: string,
  ): Promise<Batch[]> {
    return manager.findBy(Batch, {
      pharmacyId,
      skuId: In([...skuIds]),
      available: MoreThan(0),
      expiresOn: MoreThanOrEqual(day),
    });
  }

  /**
   * The rows, held until the transaction ends. Everybody locks in the order of the ids, so that nobody waits for
   * somebody who waits for him.
   */
  async lock({ manager }: Tx, ids: readonly string[]): Promise<Batch[]> {
    if (ids.length === 0) return [];
    return manager.find(Batch, {
      where: { id: In([...new Set(ids)].sort()) },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** At most `limit` batches of a pharmacy in the order of their ids, those after `after`. */
  async page(filter: BatchFilter, after: string | undefined, limit: number): Promise<Batch[]> {
    const { pharmacyId, skuId, lot } = filter;
    return this.#db.read((manager) =>
      manager.find(Batch, {
        where: {
          pharmacyId,
          ...(skuId !== undefined && { skuId }),
          ...(lot !== undefined && { lot }),
          ...(after !== undefined && { id: MoreThan(after) }),
        },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }

  /** At most `limit` rows of the ledger of a batch, oldest first, those after the id `after`. */
  async movements(batchId: string, after: string | undefined, limit: number): Promise<StockMovement[]> {
    return this.#db.read((manager) =>
      manager.find(StockMovement, {
        where: { batchId, ...(after !== undefined && { id: MoreThan(after) }) },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }
}
