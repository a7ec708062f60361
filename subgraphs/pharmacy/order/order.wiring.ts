import type { FastifyInstance } from 'fastify';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import type { EventHandlers } from '../../../shared/outbox/event-handlers.ts';
import type { Trust } from '../../../shared/subgraph/request.ts';
import type { SkuStore } from '../catalogue/sku.store.ts';
import type { PharmacyConfig } from '../config.ts';
import { DispensationStore } from '../dispensation/dispensation.store.ts';
import { DispensingService } from '../dispensation/dispensing.service.ts';
import { UsersClient } from '../external/users.client.ts';
import type { InsurancePlugin } from '../insurance/insurance-plugin.ts';
import { insurancePluginOf, wireInsurance } from '../insurance/insurance.wiring.ts';
import { addPaymentCallbackRoute } from '../payment/payment-callback.route.ts';
import { refundHandlers } from '../payment/payment.events.ts';
import type { PaymentProvider } from '../payment/payment-provider.ts';
import { paymentProviderOf, wirePayments, wireRefunds } from '../payment/payment.wiring.ts';
import type { PrescriptionStore } from '../review/prescription.store.ts';
import type { StockGate } from '../stock/stock-gate.ts';
import type { StockService } from '../stock/stock.service.ts';
import { OrderEndingService } from './order-ending.service.ts';
import { OrderInsuranceService } from './order-insurance.service.ts';
import { OrderLimits, type OrderLimitValues } from './order-limits.ts';
import { OrderPayable } from './order-payable.ts';
import { OrderPlacingService } from './order-placing.service.ts';
import { OrderStore } from './order.store.ts';

const REFUNDS_EVERY_MS = 1000;
const PAYMENTS_EVERY_MS = 3000;
const INSURANCE_EVERY_MS = 2000;
const EXPIRIES_EVERY_MS = 5000;

/** What orders stand upon in the same subgraph. */
export interface OrderGround {
  readonly skus: SkuStore;
  readonly prescriptions: PrescriptionStore;
  readonly stock: StockService;
  readonly gate: StockGate;
  readonly limits: OrderLimitValues;
}

/** The outside parties. */
export interface OutsideParties {
  readonly provider: PaymentProvider;
  readonly insurer: InsurancePlugin;
}

export function outsidePartiesOf(config: PharmacyConfig, now: () => Date): OutsideParties {
  return { provider: paymentProviderOf(config, now), insurer: insurancePluginOf(config, now) };
}

/** Orders, from their placing to the counter, with payments and insurance. */
export function wireOrders(
  foundation: Foundation,
  ground: OrderGround,
  { provider, insurer }: OutsideParties,
) {
  const { db, audit, outbox, now, clientOf } = foundation;
  const { skus, prescriptions, stock, gate } = ground;
  const orders = new OrderStore(db);
  const limits = new OrderLimits(ground.limits, orders);
  const dispensations = new DispensationStore(db);
  const money = wireRefunds(foundation, provider);
  const { payments, refunds } = money;
  const { settlements, insurance } = wireInsurance(foundation, insurer);
  const payable = new OrderPayable(orders, settlements, audit, outbox);
  const base = { db, orders, prescriptions, stock, audit, now };
  const paying = wirePayments(foundation, provider, money, payable);
  const ending = new OrderEndingService({
    ...base,
    payments,
    refunds,
    insurance,
    outbox,
    closing: paying.payableClosing,
  });
  const users = new UsersClient(clientOf('users'));
  return {
    ...paying,
    settlements,
    insurance,
    orders,
    dispensations,
    orderPlacing: new OrderPlacingService({ ...base, skus, gate, insurance, limits }),
    orderInsurance: new OrderInsuranceService({
      orders,
      settlements,
      insurance,
      ending,
      payable,
      users,
      now,
    }),
    orderEnding: ending,
    dispensing: new DispensingService({ ...base, dispensations, outbox }),
  };
}

export type OrderServices = ReturnType<typeof wireOrders>;

/** What orders and their payments do on the facts of care. */
export const orderHandlers = ({ payments, refunds, payableClosing }: OrderServices): EventHandlers =>
  refundHandlers(payments, refunds, payableClosing);

export function addOrderJobs(jobs: Jobs, services: OrderServices): void {
  const { refunds, paymentReconcile, orderEnding, insurance } = services;
  jobs.every('refunds', REFUNDS_EVERY_MS, () => refunds.run());
  jobs.every('payments', PAYMENTS_EVERY_MS, () => paymentReconcile.run());
  jobs.every('insurance', INSURANCE_EVERY_MS, () => insurance.sweep());
  jobs.every('order expiries', EXPIRIES_EVERY_MS, () => orderEnding.run());
}

export function addOrderRoutes(
  app: FastifyInstance,
  trust: Trust,
  { paymentCallbacks }: OrderServices,
): void {
  addPaymentCallbackRoute(app, trust, paymentCallbacks);
}
