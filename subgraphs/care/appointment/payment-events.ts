import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { EventOf } from '../../../shared/events/event.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { EventHandlers } from '../../../shared/outbox/event-handlers.ts';
import type { Slot } from '../schedule/slot.entity.ts';
import type { SlotStore } from '../schedule/slot.store.ts';
import { appointmentConfirmed } from './appointment-facts.ts';
import { type Appointment, AppointmentStatus } from './appointment.entity.ts';
import type { AppointmentStore } from './appointment.store.ts';
import type { EndingService } from './ending.service.ts';

const pharmacy: Actor = { kind: 'service', name: 'pharmacy' };

/** What payments of pharmacy do to appointments. */
export class PaymentEvents {
  readonly #ground: Pick<Foundation, 'audit' | 'outbox' | 'now'>;
  readonly #appointments: AppointmentStore;
  readonly #slots: SlotStore;
  readonly #endings: EndingService;
  readonly handlers: EventHandlers;

  constructor(
    ground: Pick<Foundation, 'audit' | 'outbox' | 'now'>,
    appointments: AppointmentStore,
    slots: SlotStore,
    endings: EndingService,
  ) {
    this.#ground = ground;
    this.#appointments = appointments;
    this.#slots = slots;
    this.#endings = endings;
    this.handlers = {
      'payment.succeeded': async (tx, { payload }) => {
        if (payload.payableType === 'APPOINTMENT') await this.settle(tx, payload);
      },
      'payment.refunded': async (tx, { payload }) => {
        if (payload.payableType !== 'APPOINTMENT') return;
        const { payableId, paymentId, refundedAt } = payload;
        await this.#endings.refunded(tx, pharmacy, payableId, paymentId, new Date(refundedAt));
      },
    };
  }

  /**
   * Confirms the appointment while its place is held, even when the time to pay is over but nobody has ended the hold
   * yet. Any other payment is refused, and pharmacy gives it back: also one that was made after the end of the slot, or
   * that is told of when the day is over on which the patient could check in.
   * The same payment again changes nothing.
   * @returns whether it is the one that the appointment is paid with
   */
  async settle(tx: Tx, payload: EventOf<'payment.succeeded'>['payload']): Promise<boolean> {
    const appointment = await this.#appointments.lock(tx, payload.payableId);
    if (appointment?.paymentId === payload.paymentId) return true;
    const slot = appointment && (await this.#slots.find(tx, appointment.slotId));
    const refusal =
      refusalOf(appointment, payload) ?? slotRefusal(slot, new Date(payload.paidAt), this.#ground.now());
    if (appointment === null || refusal !== undefined) {
      await this.#refuse(tx, payload, appointment, refusal ?? 'NOT_FOUND');
      return false;
    }
    const confirmed = await this.#appointments.move(tx, appointment, {
      status: AppointmentStatus.CONFIRMED,
      paymentId: payload.paymentId,
      paidAt: new Date(payload.paidAt),
    });
    await this.#ground.audit.record(tx, {
      actor: pharmacy,
      action: 'appointment.confirm',
      subjectType: 'appointment',
      subjectId: appointment.id,
      detail: { paymentId: payload.paymentId, amountFen: payload.amountFen },
    });
    await this.#ground.outbox.add(tx, appointmentConfirmed(confirmed));
    return true;
  }

  async #refuse(
    tx: Tx,
    { paymentId, payableType, payableId }: EventOf<'payment.succeeded'>['payload'],
    appointment: Appointment | null,
    reason: string,
  ): Promise<void> {
    await this.#ground.audit.record(tx, {
      actor: pharmacy,
      action: 'appointment.refuse_payment',
      subjectType: 'appointment',
      subjectId: payableId,
      detail: { paymentId, reason },
    });
    await this.#ground.outbox.add(tx, {
      type: 'payable.refused',
      aggregateType: 'appointment',
      aggregateId: payableId,
      aggregateVersion: appointment?.version ?? 1,
      payload: { paymentId, payableType, payableId, reason },
    });
  }
}

/** Why a payment cannot confirm it; a code. */
function refusalOf(
  appointment: Appointment | null,
  { amountFen, payerAccountId }: EventOf<'payment.succeeded'>['payload'],
): string | undefined {
  if (appointment === null) return 'NOT_FOUND';
  if (appointment.status !== AppointmentStatus.PENDING_PAYMENT) {
    return appointment.paymentId === null ? appointment.status : 'ALREADY_PAID';
  }
  if (amountFen !== appointment.feeFen) return 'WRONG_AMOUNT';
  return payerAccountId === appointment.accountId ? undefined : 'WRONG_PAYER';
}

function slotRefusal(slot: Slot | null, paidAt: Date, now: Date): string | undefined {
  if (slot === null) return undefined;
  const isOver = paidAt >= slot.endsAt || businessDay(now) > businessDay(slot.startsAt);
  return isOver ? 'SLOT_OVER' : undefined;
}
