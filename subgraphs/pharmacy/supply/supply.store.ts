import { In, MoreThan } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { PurchaseOrder } from './purchase-order.entity.ts';
import { Supplier } from './supplier.entity.ts';

export class SupplyStore {
  readonly #db: Db;
  readonly supplierById: BatchRead<string, Supplier>;
  readonly purchaseOrderById: BatchRead<string, PurchaseOrder>;

  constructor(db: Db) {
    this.#db = db;
    this.supplierById = {
      name: 'supplier.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Supplier, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.purchaseOrderById = {
      name: 'purchaseOrder.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(PurchaseOrder, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** At most `limit` suppliers in the order of their ids, those after `after`. */
  async suppliers(after: string | undefined, limit: number): Promise<Supplier[]> {
    return this.#db.read((manager) =>
      manager.find(Supplier, {
        where: after === undefined ? {} : { id: MoreThan(after) },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }
}
