import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { PharmacyConfig } from '../config.ts';
import { CareClient } from '../external/care.client.ts';
import { CarePayable } from './care-payable.ts';
import { noPaymentProvider } from './no-provider.ts';
import { PayableClosingService } from './payable-closing.service.ts';
import type { PayableOwner } from './payable-owner.ts';
import { PayableStateStore } from './payable-state.store.ts';
import { PaymentCallbackService } from './payment-callback.service.ts';
import { PayableType } from './payment.entity.ts';
import { PaymentJournal } from './payment.journal.ts';
import { PaymentOutcomeService } from './payment-outcome.service.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { PaymentReconcileService } from './payment-reconcile.service.ts';
import { PaymentStartService } from './payment-start.service.ts';
import { PaymentStore } from './payment.store.ts';
import { RefundService } from './refund.service.ts';
import { SandboxPaymentProvider } from './sandbox-provider.ts';

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
  const payables = new PayableStateStore(now);
  const outcomes = new PaymentOutcomeService(payments, payables, refunds, owners, journal, now);
  return {
    payments,
    refunds,
    paymentStart: new PaymentStartService(foundation, payments, payables, owners, journal, provider),
    paymentCallbacks: new PaymentCallbackService(db, payments, outcomes, provider, now),
    payableClosing: new PayableClosingService({
      db,
      payments,
      payables,
      outcomes,
      refunds,
      provider,
      now,
    }),
    paymentReconcile: new PaymentReconcileService(db, payments, outcomes, provider, now),
  };
}
