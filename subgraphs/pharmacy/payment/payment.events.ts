import type { Actor } from '../../../shared/context/actor.ts';
import type { EventHandlers } from '../../../shared/outbox/event-handlers.ts';
import { PayableType } from './payment.entity.ts';
import type { PayableClosingService } from './payable-closing.service.ts';
import type { PaymentStore } from './payment.store.ts';
import type { RefundService } from './refund.service.ts';

const CARE: Actor = { kind: 'service', name: 'care' };

/** What the owner of an appointment or a consultation does not want, or does not keep, goes back. */
export function refundHandlers(
  payments: PaymentStore,
  refunds: RefundService,
  closing: PayableClosingService,
): EventHandlers {
  return {
    'payable.refused': async (tx, { payload }) => {
      const { payableType, payableId, paymentId, reason } = payload;
      const all = await payments.lockSiblings(tx, PayableType[payableType], payableId);
      const refused = all.find((each) => each.id === paymentId);
      if (refused !== undefined) await refunds.request(tx, CARE, refused, reason);
    },
    'appointment.cancelled': async (tx, { payload }) => {
      // Whether it was paid is not for care to know: it may not have heard of the money yet.
      const { appointmentId, reason } = payload;
      await closing.closeAndRefund(tx, CARE, PayableType.APPOINTMENT, appointmentId, reason);
    },
  };
}
