import { setTimeout as delay } from 'node:timers/promises';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { UsersClient } from '../external/users.client.ts';
import type { InsuranceSplit } from '../insurance/insurance-plugin.ts';
import type { InsuranceService, Insured } from '../insurance/insurance.service.ts';
import { type InsuranceSettlement, SettlementStatus } from '../insurance/insurance-settlement.entity.ts';
import type { InsuranceStore } from '../insurance/insurance.store.ts';
import { type Order, OrderStatus } from './order.entity.ts';
import type { OrderEndingService } from './order-ending.service.ts';
import type { OrderPayable } from './order-payable.ts';
import type { OrderStore } from './order.store.ts';

const { OPEN, SETTLING, SETTLED } = SettlementStatus;

/** How long a retry waits for the call that is at work on the same order, ms, and how often it looks. */
const WAIT_MS = 8000;
const LOOK_MS = 100;

export interface OrderInsuranceParts {
  readonly orders: OrderStore;
  readonly settlements: InsuranceStore;
  readonly insurance: InsuranceService;
  readonly ending: OrderEndingService;
  readonly payable: OrderPayable;
  readonly users: UsersClient;
  readonly now: () => Date;
}

/** Has the insurer settle its part of an order, so that what is left to be paid is sure; else there is no order. */
export class OrderInsuranceService {
  readonly #parts: OrderInsuranceParts;

  constructor(parts: OrderInsuranceParts) {
    this.#parts = parts;
  }

  /**
   * @throws AppError INSURANCE_REFUSED, INSURANCE_UNAVAILABLE: the order is cancelled then; UNAVAILABLE,
   *   CONFLICT_RETRY: make the same call again
   */
  async complete(actor: Actor, order: Order): Promise<void> {
    if (!order.useInsurance) return;
    const { settlements, insurance } = this.#parts;
    let settlement = await settlements.current(order.id);
    if (settlement?.status === OPEN && order.status === OrderStatus.PENDING_PAYMENT) {
      const insured = await this.#insured(actor, order);
      settlement =
        insured === null
          ? await insurance.refuse(settlement, '未登记身份证号')
          : await insurance.settle(order.id, insured, this.#settled(order.id));
    }
    settlement = await this.#wait(order.id, settlement);
    if (settlement === null || settlement.status === SETTLED) return;
    if (settlement.settledAt !== null) return;
    await this.#parts.ending.abandon(order.id, 'INSURANCE');
    throw settlement.reason === null
      ? new AppError('INSURANCE_UNAVAILABLE')
      : new AppError('INSURANCE_REFUSED', { reason: settlement.reason });
  }

  /** Null without an identity number, by which the insurer knows people. @throws AppError UNAVAILABLE */
  async #insured(actor: Actor, { patientId }: Order): Promise<Insured | null> {
    const person = patientId === null ? null : await this.#parts.users.insuredPerson(patientId, actor);
    return person?.identityNumber ? { certNo: person.identityNumber, name: person.name } : null;
  }

  #settled(orderId: string) {
    const { orders, payable, now } = this.#parts;
    let held: Order | null = null;
    return {
      lock: async (tx: Tx): Promise<boolean> => {
        held = await orders.lock(tx, orderId);
        return held?.status === OrderStatus.PENDING_PAYMENT;
      },
      apply: async (tx: Tx, { fundFen }: InsuranceSplit): Promise<void> => {
        if (held === null) throw new Error('the order is not held');
        const patientFen = held.totalFen - fundFen;
        await orders.change(tx, held, { insuranceFen: fundFen, patientFen });
        if (patientFen === 0) await payable.markPaid(tx, held, now());
      },
    };
  }

  /** Until whoever is at work on it has ended. @throws AppError CONFLICT_RETRY */
  async #wait(orderId: string, first: InsuranceSettlement | null): Promise<InsuranceSettlement | null> {
    let settlement = first;
    for (let waited = 0; settlement?.status === OPEN || settlement?.status === SETTLING; waited += LOOK_MS) {
      if (waited >= WAIT_MS) throw new AppError('CONFLICT_RETRY');
      await delay(LOOK_MS);
      settlement = await this.#parts.settlements.current(orderId);
    }
    return settlement;
  }
}
