import type { Actor } from '../../../shared/context/actor.ts';
import type { EventHandlers } from '../../../shared/outbox/event-handlers.ts';
import { PayableType } from './payment.entity.ts';
import type { PaymentStore } from './payment.store.ts';
import type { RefundService } from './refund.service.ts';

const CARE: Actor = { kind: 'service', name: 'care' };

/** What the owner of an appointment or a consultation does not want, or does not keep, goes back. */
export function refundHandlers(payments: PaymentStore, refunds: RefundService): EventHandlers {
  return {
    'payable.refused': async (tx, { payload }) => {
      const { payableType, payableId, paymentId, reason } = payload;
      const all = await payments.lockSiblings(tx, PayableType[payableType], payableId);
      const refused = all.find((each) => each.id === paymentId);
      if (refused !== undefined) await refunds.request(tx, CARE, refused, reason);
    },
    'appointment.cancelled': async (tx, { payload }) => {
      const { appointmentId, wasPaid, reason } = payload;
      if (!wasPaid) return;
      const paid = await payments.lockSucceeded(tx, PayableType.APPOINTMENT, appointmentId);
      if (paid !== undefined) await refunds.request(tx, CARE, paid, reason);
    },
  };
}
