import type { Db, Tx } from '../../../shared/db/db.ts';
import type { DayRange } from '../range/day-range.ts';
import { SaleFact } from './sale-fact.entity.ts';

export interface Sold {
  readonly skuId: string;
  readonly quantity: number;
  readonly amountFen: number;
}

export class SaleStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async put({ manager }: Tx, lines: SaleFact[]): Promise<void> {
    if (lines.length > 0) await manager.upsert(SaleFact, lines, ['orderRef', 'lineNo']);
  }

  /** What was paid and is given back was not sold. */
  async remove({ manager }: Tx, orderRef: string): Promise<void> {
    await manager.delete(SaleFact, { orderRef });
  }

  /** The medicines of which most packs were sold first. */
  async top({ from, to }: DayRange, limit: number): Promise<Sold[]> {
    const rows = await this.#db.read<{ skuId: string; quantity: string; amountFen: string }[]>((manager) =>
      manager.query(
        `SELECT sku_id AS skuId, SUM(quantity) AS quantity, SUM(amount_fen) AS amountFen
         FROM sale_fact WHERE day BETWEEN ? AND ?
         GROUP BY sku_id ORDER BY SUM(quantity) DESC, SUM(amount_fen) DESC, sku_id LIMIT ?`,
        [from, to, limit],
      ),
    );
    return rows.map(({ skuId, quantity, amountFen }) => ({
      skuId,
      quantity: Number(quantity),
      amountFen: Number(amountFen),
    }));
  }
}
