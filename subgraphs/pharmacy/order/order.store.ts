import { In, LessThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { StockHold, StockHoldState } from '../stock/stock-hold.entity.ts';
import { Order, OrderLine, OrderStatus } from './order.entity.ts';

export interface OrderFilter {
  readonly accountId?: string;
  readonly patientId?: string;
  readonly pharmacyId?: string;
  readonly status?: OrderStatus;
}

/** One that waits to be paid. */
export type WaitingOrder = Pick<Order, 'id' | 'payBy'>;

export class OrderStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Order>;
  readonly linesOf: BatchRead<string, OrderLine[]>;
  /** What is held for an order, or left with it, by batch. */
  readonly holdsOf: BatchRead<string, StockHold[]>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'order.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Order, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.linesOf = {
      name: 'orderLine.ofOrder',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(OrderLine, {
            where: { orderId: In([...ids]) },
            order: { orderId: 'ASC', position: 'ASC' },
          }),
        );
        return ids.map((id) => rows.filter((row) => row.orderId === id));
      },
    };
    this.holdsOf = {
      name: 'stockHold.ofOrder',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(StockHold, {
            where: { orderId: In([...ids]), state: In([StockHoldState.HELD, StockHoldState.SOLD]) },
            order: { orderId: 'ASC', batchId: 'ASC' },
          }),
        );
        return ids.map((id) => rows.filter((row) => row.orderId === id));
      },
    };
  }

  /** At most `limit` orders, the latest first, those before the id `after`. */
  async page(filter: OrderFilter, after: string | undefined, limit: number): Promise<Order[]> {
    return this.#db.read((manager) =>
      manager.find(Order, {
        where: { ...filter, ...(after !== undefined && { id: LessThan(after) }) },
        order: { id: 'DESC' },
        take: limit,
      }),
    );
  }

  /** The latest committed state. */
  async current(id: string): Promise<Order | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(Order, { id }));
  }

  /** How many orders of an account wait to be paid, and how many packs they hold together. */
  async countUnpaid({ manager }: Tx, accountId: string): Promise<{ orders: number; packs: number }> {
    const [row] = await manager.query<{ orders: string; packs: string | null }[]>(
      `SELECT COUNT(DISTINCT o.id) AS orders, SUM(l.quantity) AS packs
       FROM medicine_order o JOIN order_line l ON l.order_id = o.id WHERE o.account_id = ? AND o.status = ?`,
      [accountId, OrderStatus.PENDING_PAYMENT],
    );
    return { orders: Number(row?.orders ?? 0), packs: Number(row?.packs ?? 0) };
  }

  /** Those whose time to be paid is over, the oldest first. @param after the last one of the page before */
  async overdue(now: Date, limit: number, after?: WaitingOrder): Promise<WaitingOrder[]> {
    const { payBy, id } = after ?? { payBy: new Date(0), id: '' };
    return this.#db.readPrimary((manager) =>
      manager.query<WaitingOrder[]>(
        `SELECT id, pay_by AS payBy FROM medicine_order
         WHERE status = ? AND pay_by BETWEEN ? AND ? AND (pay_by > ? OR id > ?) ORDER BY pay_by, id LIMIT ?`,
        [OrderStatus.PENDING_PAYMENT, payBy, now, payBy, id, limit],
      ),
    );
  }

  /** Those that wait to be paid, but whose insurer will not pay. @param after the last one of the page before */
  async withoutInsurer(limit: number, after?: WaitingOrder): Promise<WaitingOrder[]> {
    return this.#db.readPrimary((manager) =>
      manager.query<WaitingOrder[]>(
        `SELECT o.id, o.pay_by AS payBy FROM medicine_order o JOIN insurance_settlement s ON s.order_id = o.id
         WHERE o.status = 'PENDING_PAYMENT' AND s.status IN ('FAILED', 'COMPENSATING', 'REVERSING', 'REVERSED')
           AND o.id > ?
         ORDER BY o.id LIMIT ?`,
        [after?.id ?? '', limit],
      ),
    );
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, id: string): Promise<Order | null> {
    return manager.findOne(Order, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async linesIn({ manager }: Tx, orderId: string): Promise<OrderLine[]> {
    return manager.find(OrderLine, { where: { orderId }, order: { position: 'ASC' } });
  }

  async insert({ manager }: Tx, order: Order, lines: OrderLine[]): Promise<void> {
    await manager.insert(Order, order);
    await manager.insert(OrderLine, lines);
  }

  /** Changes an order that the transaction holds, from the state in which it was read. @throws AppError CONFLICT_RETRY */
  async change({ manager }: Tx, order: Order, change: Partial<Order>): Promise<void> {
    const { id, status, version } = order;
    const next = { ...change, version: version + 1 };
    const { affected } = await manager.update(Order, { id, status, version }, next);
    if (affected !== 1) throw new AppError('CONFLICT_RETRY');
    Object.assign(order, next);
  }
}
