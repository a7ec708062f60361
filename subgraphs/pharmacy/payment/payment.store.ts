import { In, LessThanOrEqual } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { PayableType, Payment, PaymentStatus } from './payment.entity.ts';

export const liveKeyOf = (type: PayableType, id: string) => `${type}:${id}`;

export class PaymentStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Payment>;
  /** The latest payment of each order. */
  readonly latestOfOrder: BatchRead<string, Payment>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'payment.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Payment, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.latestOfOrder = {
      name: 'payment.latestOfOrder',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(Payment, {
            where: { payableType: PayableType.ORDER, payableId: In([...ids]) },
            order: { id: 'ASC' },
          }),
        );
        return inOrder(ids, rows, (row) => row.payableId);
      },
    };
  }

  /** The latest committed state. */
  async current(id: string): Promise<Payment | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(Payment, { id }));
  }

  /** Those about which the provider is to be asked. */
  async due(now: Date, limit: number): Promise<Payment[]> {
    return this.#db.readPrimary((manager) =>
      manager.find(Payment, {
        where: { nextCheckAt: LessThanOrEqual(now) },
        order: { nextCheckAt: 'ASC' },
        take: limit,
      }),
    );
  }

  /** Puts the payment in unless its payable has a live one already. @returns the live one */
  async insertUnlessLive({ manager }: Tx, payment: Payment): Promise<Payment> {
    const { liveKey } = payment;
    if (liveKey === null) throw new Error('a new payment is live');
    const known = await manager.findOneBy(Payment, { liveKey });
    if (known) return known;
    // Of two at the same moment the second waits here and then finds the first.
    await manager
      .createQueryBuilder()
      .insert()
      .into(Payment)
      .values(payment)
      .orUpdate(['live_key'], ['live_key'])
      .updateEntity(false)
      .execute();
    return manager.findOneByOrFail(Payment, { liveKey });
  }

  /** All payments of the same thing, held until the transaction ends: one of them at a time may become the one that pays. */
  async lockSiblings(tx: Tx, type: PayableType, payableId: string): Promise<Payment[]> {
    return tx.manager.find(Payment, {
      where: { payableType: type, payableId },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** The payment and the others of the same thing, all held. @throws AppError NOT_FOUND */
  async lockWithSiblings(tx: Tx, id: string): Promise<{ payment: Payment; others: Payment[] }> {
    const known = await tx.manager.findOneBy(Payment, { id });
    if (!known) throw new AppError('NOT_FOUND', { what: 'Payment' });
    const all = await this.lockSiblings(tx, known.payableType, known.payableId);
    const payment = all.find((each) => each.id === id);
    if (!payment) throw new AppError('NOT_FOUND', { what: 'Payment' });
    return { payment, others: all.filter((each) => each !== payment) };
  }

  /** Changes a payment that the transaction holds. */
  async change({ manager }: Tx, payment: Payment, change: Partial<Payment>): Promise<void> {
    const version = payment.version + 1;
    Object.assign(payment, change, { version });
    await manager.update(Payment, { id: payment.id }, { ...change, version });
  }

  /** Has the provider asked soon about what is still open for a thing. */
  async hurry({ manager }: Tx, type: PayableType, payableId: string, now: Date): Promise<void> {
    const open = { payableType: type, payableId, status: PaymentStatus.PENDING };
    await manager.update(Payment, open, { expiresAt: now, nextCheckAt: now });
  }
}
