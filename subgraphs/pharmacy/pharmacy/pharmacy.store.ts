import { In, MoreThan } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Pharmacy } from './pharmacy.entity.ts';
import { Warehouse } from './warehouse.entity.ts';

export class PharmacyStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Pharmacy>;
  readonly warehouseById: BatchRead<string, Warehouse>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'pharmacy.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Pharmacy, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.warehouseById = {
      name: 'warehouse.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Warehouse, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** As the primary knows it: for a decision. */
  async exists(id: string): Promise<boolean> {
    return this.#db.readPrimary((manager) => manager.existsBy(Pharmacy, { id }));
  }

  /** At most `limit` pharmacies in the order of their ids, those after `after`. */
  async page(after: string | undefined, limit: number): Promise<Pharmacy[]> {
    return this.#db.read((manager) =>
      manager.find(Pharmacy, {
        where: after === undefined ? {} : { id: MoreThan(after) },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }

  /** The warehouses of a pharmacy; it has a handful. */
  async warehousesOf(pharmacyId: string): Promise<Warehouse[]> {
    return this.#db.read((manager) =>
      manager.find(Warehouse, { where: { pharmacyId }, order: { id: 'ASC' } }),
    );
  }
}
