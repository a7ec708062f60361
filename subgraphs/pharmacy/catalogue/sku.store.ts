import { Brackets, In } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Ingredient } from './ingredient.entity.ts';
import { Sku } from './sku.entity.ts';
import { Spu } from './spu.entity.ts';

export class SkuStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Sku>;
  readonly spuById: BatchRead<string, Spu>;
  /** The ingredients of a SKU in the order of its label; null for an unknown SKU. */
  readonly ingredientsOf: BatchRead<string, Ingredient[]>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'sku.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Sku, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.spuById = {
      name: 'spu.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Spu, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.ingredientsOf = {
      name: 'ingredient.ofSku',
      read: async (skuIds) => {
        const rows = await db.read((manager) =>
          manager.find(Ingredient, {
            where: { skuId: In([...skuIds]) },
            order: { skuId: 'ASC', position: 'ASC' },
          }),
        );
        const groups = new Map<string, Ingredient[]>();
        for (const row of rows) groups.set(row.skuId, [...(groups.get(row.skuId) ?? []), row]);
        return skuIds.map((skuId) => groups.get(skuId) ?? null);
      },
    };
  }

  /** At most `limit` SKUs in the order of their codes, those after the code `after`, whose name holds `search`. */
  async page(
    filter: { search?: string | undefined },
    after: string | undefined,
    limit: number,
  ): Promise<Sku[]> {
    return this.#db.read((manager) => {
      const query = manager.createQueryBuilder(Sku, 'sku').orderBy('sku.code', 'ASC').limit(limit);
      if (after !== undefined) query.andWhere('sku.code > :after', { after });
      if (filter.search !== undefined) {
        // In LIKE a caller's own % and _ are letters.
        const like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
        query.andWhere(
          new Brackets((either) => {
            either.where('sku.name LIKE :like', { like }).orWhere('sku.name_en LIKE :like', { like });
          }),
        );
      }
      return query.getMany();
    });
  }
}
