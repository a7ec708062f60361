import type { FastifyInstance } from 'fastify';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import type { EventHandlers } from '../../../shared/outbox/event-consumer.ts';
import type { PharmacyConfig } from '../config.ts';
import { CareClient } from '../external/care.client.ts';
import { CarePayable } from './care-payable.ts';
import { noPaymentProvider } from './no-provider.ts';
import type { PayableOwner } from './payable-owner.ts';
import { addPaymentCallbackRoute } from './payment-callback.route.ts';
import { PaymentCallbackService } from './payment-callback.service.ts';
import { PayableType } from './payment.entity.ts';
import { refundHandlers } from './payment.events.ts';
import { PaymentJournal } from './payment.journal.ts';
import { PaymentOutcomeService } from './payment-outcome.service.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { PaymentReconcileService } from './payment-reconcile.service.ts';
import { PaymentStartService } from './payment-start.service.ts';
import { PaymentStore } from './payment.store.ts';
import { RefundService } from './refund.service.ts';
import { SandboxPaymentProvider } from './sandbox-provider.ts';

const REFUNDS_EVERY_MS = 1000;
const RECONCILE_EVERY_MS = 3000;

/** The provider that the configuration names; the sandbox is refused in production, and then there is none. */
export function paymentProviderOf({ mode, own }: PharmacyConfig, now: () => Date): PaymentProvider {
  const { SANDBOX_URL, PAYMENT_CALLBACK_KEY } = own;
  if (mode === 'production' || SANDBOX_URL === undefined || PAYMENT_CALLBACK_KEY === undefined) {
    return noPaymentProvider;
  }
  return new SandboxPaymentProvider(SANDBOX_URL, PAYMENT_CALLBACK_KEY, now);
}

/** What both payments and what they pay for need. */
export function wireRefunds({ db, audit, outbox, now }: Foundation, provider: PaymentProvider) {
  const payments = new PaymentStore(db);
  const journal = new PaymentJournal(audit, outbox);
  return { payments, journal, refunds: new RefundService(db, payments, journal, provider, now) };
}

type Refunds = ReturnType<typeof wireRefunds>;

/** @param orders who owns the payables of type ORDER. */
export function wirePayments(
  foundation: Foundation,
  provider: PaymentProvider,
  { payments, journal, refunds }: Refunds,
  orders: PayableOwner,
) {
  const { db, now, clientOf } = foundation;
  const care = new CareClient(clientOf('care'));
  const owners = {
    [PayableType.APPOINTMENT]: new CarePayable(care, 'APPOINTMENT'),
    [PayableType.CONSULTATION]: new CarePayable(care, 'CONSULTATION'),
    [PayableType.ORDER]: orders,
  };
  const outcomes = new PaymentOutcomeService(payments, refunds, owners, journal, now);
  return {
    payments,
    refunds,
    paymentStart: new PaymentStartService(foundation, payments, owners, journal, provider),
    paymentCallbacks: new PaymentCallbackService(db, payments, outcomes, provider, now),
    paymentReconcile: new PaymentReconcileService(db, payments, outcomes, provider, now),
  };
}

export type PaymentServices = ReturnType<typeof wirePayments>;

/** What payments do on the facts of care. */
export const paymentHandlers = ({ payments, refunds }: PaymentServices): EventHandlers =>
  refundHandlers(payments, refunds);

export function addPaymentJobs(jobs: Jobs, { refunds, paymentReconcile }: PaymentServices): void {
  jobs.every('refunds', REFUNDS_EVERY_MS, () => refunds.run());
  jobs.every('payments', RECONCILE_EVERY_MS, () => paymentReconcile.run());
}

export function addPaymentRoutes(
  app: FastifyInstance,
  { name, routerSecret, serviceKeys }: PharmacyConfig,
  { paymentCallbacks }: PaymentServices,
): void {
  addPaymentCallbackRoute(app, { name, routerSecret, serviceKeys }, paymentCallbacks);
}
