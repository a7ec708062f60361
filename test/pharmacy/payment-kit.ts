import { randomUUID } from 'node:crypto';
import type { Actor } from '../../shared/context/actor.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { newId } from '../../shared/ids/ids.ts';
import type { Payable, PayableOwner } from '../../subgraphs/pharmacy/payment/payable-owner.ts';
import { PaymentCallbackService } from '../../subgraphs/pharmacy/payment/payment-callback.service.ts';
import { PayableType, Payment, Refund } from '../../subgraphs/pharmacy/payment/payment.entity.ts';
import { PayableClosingService } from '../../subgraphs/pharmacy/payment/payable-closing.service.ts';
import { PayableStateStore } from '../../subgraphs/pharmacy/payment/payable-state.store.ts';
import { PaymentOutcomeService } from '../../subgraphs/pharmacy/payment/payment-outcome.service.ts';
import type { PaymentProvider, ProviderReport } from '../../subgraphs/pharmacy/payment/payment-provider.ts';
import { PaymentReconcileService } from '../../subgraphs/pharmacy/payment/payment-reconcile.service.ts';
import { PaymentStartService } from '../../subgraphs/pharmacy/payment/payment-start.service.ts';
import { wireRefunds } from '../../subgraphs/pharmacy/payment/payment.wiring.ts';
import { providerSignature } from '../../subgraphs/pharmacy/payment/provider-signature.ts';
import { SandboxPaymentProvider } from '../../subgraphs/pharmacy/payment/sandbox-provider.ts';
import { ownPharmacy } from './own-pharmacy.ts';

/** A provider in memory that can be told to fail before or after it has done what it was asked. */
export class FakeProvider implements PaymentProvider {
  readonly orders = new Map<
    string,
    { state: ProviderReport['state']; amountFen: number; paidAt: Date | null }
  >();
  readonly refunds = new Map<string, number>();
  /** How many of the next calls fail. */
  failing = 0;
  /** How many of the next calls have their effect, and no answer. */
  losing = 0;
  /** Payments of which it can't tell anything. */
  readonly unknown = new Set<string>();
  readonly readCallback: PaymentProvider['readCallback'];

  constructor(readCallback: PaymentProvider['readCallback']) {
    this.readCallback = readCallback;
  }

  async createOrder({ paymentId, amountFen }: { paymentId: string; amountFen: number }) {
    return this.#call(() => {
      if (!this.orders.has(paymentId)) this.orders.set(paymentId, { state: 'OPEN', amountFen, paidAt: null });
      return { tradeNo: `t-${paymentId}`, payUrl: `http://pay.example/${paymentId}` };
    });
  }

  async query(paymentId: string): Promise<ProviderReport | null> {
    return this.#call(() => this.orders.get(paymentId) ?? null);
  }

  async close(paymentId: string): Promise<ProviderReport | null> {
    return this.#call(() => {
      if (this.unknown.has(paymentId)) throw new Error('the provider cannot tell');
      const order = this.orders.get(paymentId);
      if (order && order.state !== 'PAID') order.state = 'CLOSED';
      return order ?? null;
    });
  }

  async refund({ refundId, amountFen }: { refundId: string; amountFen: number }): Promise<void> {
    return this.#call(() => void this.refunds.set(refundId, amountFen));
  }

  pay(paymentId: string, paidAt: Date): void {
    const order = this.orders.get(paymentId);
    if (order) Object.assign(order, { state: 'PAID', paidAt });
  }

  #call<T>(work: () => T): T {
    if (this.failing > 0) {
      this.failing -= 1;
      throw new Error('the provider is down');
    }
    const result = work();
    if (this.losing > 0) {
      this.losing -= 1;
      throw new Error('the answer is lost');
    }
    return result;
  }
}

/** Payments in a schema of their own, with a provider in memory and a clock that the test moves. */
export async function paymentKit() {
  const laid = await ownPharmacy();
  const { config } = laid;
  const clock = { now: new Date() };
  const now = () => clock.now;
  const foundation: Foundation = { ...laid.foundation, now };
  const { db } = foundation;
  const key = config.own.PAYMENT_CALLBACK_KEY ?? '';
  const verifier = new SandboxPaymentProvider('http://127.0.0.1:1', key, now);
  const provider = new FakeProvider((message, at) => verifier.readCallback(message, at));
  const payables = new Map<string, Payable>();
  const accepted: string[] = [];
  const refusals = new Map<string, string>();
  const owner: PayableOwner = {
    idType: 'con',
    find: async (id) => payables.get(id) ?? null,
    accept: async (_tx, { id, payableId }) => {
      accepted.push(id);
      return refusals.get(payableId);
    },
  };
  const owners = {
    [PayableType.APPOINTMENT]: owner,
    [PayableType.CONSULTATION]: owner,
    [PayableType.ORDER]: owner,
  };
  const { payments, journal, refunds } = wireRefunds(foundation, provider);
  const states = new PayableStateStore(now);
  const outcomes = new PaymentOutcomeService(payments, states, refunds, owners, journal, now);
  const starting = new PaymentStartService(foundation, payments, states, owners, journal, provider);
  const callbacks = new PaymentCallbackService(db, payments, outcomes, provider, now);
  const reconcile = new PaymentReconcileService(db, payments, outcomes, provider, now);
  const actor: Actor = { kind: 'account', accountId: newId('acc'), sessionId: newId('ses'), grants: [] };

  const closing = new PayableClosingService({
    db,
    payments,
    payables: states,
    outcomes,
    refunds,
    provider,
    now,
  });

  return {
    clock,
    closing,
    foundation,
    provider,
    payments,
    refunds,
    reconcile,
    accepted,
    refusals,
    close: laid.close,
    pass: (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
    /** Something new to pay, for a quarter of an hour. */
    payable: (amountFen = 1250): string => {
      const id = newId('con');
      const expiresAt = new Date(clock.now.getTime() + 900_000);
      payables.set(id, { amountFen, payerAccountId: actor.accountId, expiresAt, description: '问诊费' });
      return id;
    },
    start: (
      id: string,
      idempotencyKey: string = randomUUID(),
      by: Actor = actor,
      type: PayableType = PayableType.CONSULTATION,
    ) => starting.start(by, { payable: { type, id }, idempotencyKey }),
    /** A callback as the provider signs it. */
    call: (
      paymentId: string,
      type: 'PAYMENT_SUCCEEDED' | 'PAYMENT_DECLINED',
      { id = randomUUID(), amountFen = 1250, signingKey = key, age = 0, alter = (body: string) => body } = {},
    ) => {
      const occurredAt = clock.now.toISOString();
      const made = JSON.stringify({
        notificationId: id,
        type,
        outTradeNo: paymentId,
        tradeNo: 't',
        amountFen,
        occurredAt,
      });
      const message = { method: 'POST', path: '/callbacks/payments', body: made };
      const timestamp = String(Math.floor(clock.now.getTime() / 1000) - age);
      return callbacks.handle({
        path: message.path,
        body: alter(made),
        headers: {
          'x-pay-timestamp': timestamp,
          'x-pay-signature': providerSignature(signingKey, message, timestamp),
        },
      });
    },
    stateOf: async (id: string) => {
      const payment = await payments.current(id);
      return { status: payment?.status, refundedFen: payment?.refundedFen };
    },
    all: (payableId: string) =>
      db.readPrimary((manager) => manager.find(Payment, { where: { payableId }, order: { id: 'ASC' } })),
    refundsOf: (paymentId: string) =>
      db.readPrimary((manager) => manager.find(Refund, { where: { paymentId } })),
    /** The facts told of a payment, by type. */
    factsOf: async (paymentId: string): Promise<string[]> => {
      const rows = await db.readPrimary<{ type: string }[]>((manager) =>
        manager.query('SELECT type FROM outbox_event WHERE aggregateid = ? ORDER BY id', [paymentId]),
      );
      return rows.map((row) => row.type);
    },
  };
}
