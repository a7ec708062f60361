import { z } from 'zod';
import { lockAccount } from '../../../shared/db/account-lock.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { OrderStore } from './order.store.ts';

const count = (usual: number) => z.coerce.number().int().min(1).max(100_000).default(usual);

/** How much medicine one account may hold without paying; a family stays far below. */
export const orderLimitVariables = {
  ORDER_MAX_UNPAID_PER_ACCOUNT: count(5),
  ORDER_MAX_HELD_PACKS_PER_ACCOUNT: count(200),
};

export type OrderLimitValues = z.infer<z.ZodObject<typeof orderLimitVariables>>;

/** Holds each account to its limits, counted in the transaction that adds to them, under the lock of the account. */
export class OrderLimits {
  readonly #values: OrderLimitValues;
  readonly #orders: OrderStore;

  constructor(values: OrderLimitValues, orders: OrderStore) {
    this.#values = values;
    this.#orders = orders;
  }

  /**
   * Holds the account until the end of the transaction.
   * @param packs how many one more order would hold
   * @throws AppError TOO_MANY_UNPAID_ORDERS with `limit`, TOO_MANY_HELD_PACKS with `packs` and `limit`
   */
  async assertMayHold(tx: Tx, accountId: string, packs: number): Promise<void> {
    await lockAccount(tx, accountId);
    const held = await this.#orders.countUnpaid(tx, accountId);
    const { ORDER_MAX_UNPAID_PER_ACCOUNT: orders, ORDER_MAX_HELD_PACKS_PER_ACCOUNT: limit } = this.#values;
    if (held.orders >= orders) throw new AppError('TOO_MANY_UNPAID_ORDERS', { limit: orders });
    if (held.packs + packs > limit) {
      throw new AppError('TOO_MANY_HELD_PACKS', { packs: held.packs + packs, limit });
    }
  }
}
