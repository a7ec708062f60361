import type { Actor } from '../../../shared/context/actor.ts';
import { lockAccount } from '../../../shared/db/account-lock.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { queueTopic } from '../queue/queue-feed.ts';
import { QueueTicketStatus } from '../queue/queue-ticket.entity.ts';
import type { QueueStore } from '../queue/queue.store.ts';
import type { Slot } from '../schedule/slot.entity.ts';
import type { SlotStore } from '../schedule/slot.store.ts';
import { appointmentCancelled, type CancelCode } from './appointment-facts.ts';
import { type Appointment, AppointmentStatus } from './appointment.entity.ts';
import type { CancelAppointmentInput } from './appointment.inputs.ts';
import type { AppointmentStore } from './appointment.store.ts';
import type { BookingLimits } from './booking-limits.ts';
import { privateText } from './private-text.ts';

const BATCH = 200;
/** How long after the end of its slot somebody who waits can still be called, ms; then the fee goes back by itself. */
const UNSEEN_MS = 24 * 3_600_000;

/** Where the ticket of an appointment stands that has one. */
const TICKETS: ReadonlyMap<AppointmentStatus, QueueTicketStatus> = new Map([
  [AppointmentStatus.CHECKED_IN, QueueTicketStatus.WAITING],
  [AppointmentStatus.IN_CONSULTATION, QueueTicketStatus.CALLED],
]);

interface Held {
  readonly appointment: Appointment;
  readonly slot: Slot;
}

interface Ending {
  readonly actor: Actor;
  readonly status: AppointmentStatus.CANCELLED | AppointmentStatus.EXPIRED;
  readonly code: CancelCode;
  /** Whether there is a fee that pharmacy must give back. */
  readonly wasPaid: boolean;
  readonly cancelReason?: string | null;
  /** When the account cancelled it itself. */
  readonly cancelledAt?: Date;
}

/** How appointments end without a consultation: cancelled, not paid in time, or the fee given back. */
export class EndingService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>;
  readonly #appointments: AppointmentStore;
  readonly #slots: SlotStore;
  readonly #queue: QueueStore;
  readonly #limits: BookingLimits;

  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>,
    appointments: AppointmentStore,
    slots: SlotStore,
    queue: QueueStore,
    limits: BookingLimits,
  ) {
    this.#ground = ground;
    this.#appointments = appointments;
    this.#slots = slots;
    this.#queue = queue;
    this.#limits = limits;
  }

  /**
   * Cancels an appointment of the caller before the check-in, or once its slot ended while nobody was called; a fee paid
   * is given back.
   * @throws AppError BAD_ID, NOT_FOUND, VERSION_CONFLICT, APPOINTMENT_STATE, TOO_MANY_CANCELLATIONS,
   *   VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED
   */
  async cancel(actor: Actor, input: CancelAppointmentInput): Promise<Appointment> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const { idempotencyKey: key, ...body } = input;
    const appointmentId = parseId('apt', input.appointmentId);
    const reason = privateText('reason', input.reason);
    return this.#ground.db.transaction(async (tx) => {
      const now = this.#ground.now();
      const call = { actor, operation: 'cancelAppointment', key, body, now };
      await once(tx, call, async () => {
        await lockAccount(tx, actor.accountId);
        const held = await this.#hold(tx, appointmentId);
        if (held?.appointment.accountId !== actor.accountId) {
          throw new AppError('NOT_FOUND', { what: 'Appointment' });
        }
        const { appointment, slot } = held;
        if (appointment.version !== input.expectedVersion) throw new AppError('VERSION_CONFLICT');
        // Money for a visit that never was goes back however many others were cancelled.
        const isUnseen = slot.endsAt <= now;
        if (!isUnseen) await this.#limits.assertMayCancel(tx, actor.accountId, now);
        // Who waits within the slot is about to be called, and who was called is with the doctor.
        const { status } = appointment;
        const { CHECKED_IN, IN_CONSULTATION } = AppointmentStatus;
        if (status === IN_CONSULTATION || (status === CHECKED_IN && !isUnseen)) {
          throw new AppError('APPOINTMENT_STATE', { status });
        }
        await this.#end(tx, appointment, {
          actor,
          status: AppointmentStatus.CANCELLED,
          code: isUnseen ? 'UNSEEN' : 'PATIENT',
          wasPaid: appointment.paidAt !== null,
          ...(!isUnseen && { cancelledAt: now }),
          cancelReason: this.#appointments.seal(appointment.id, 'cancelReason', reason),
        });
        return appointment.id;
      });
      return this.#appointments.get(tx, appointmentId);
    });
  }

  /**
   * Ends the hold of an appointment when it is over and care knows of no payment: to be asked of pharmacy before.
   * @returns whether it was ended
   */
  async expire(id: string): Promise<boolean> {
    return this.#ground.db.transaction(async (tx) => {
      const held = await this.#hold(tx, id);
      if (held?.appointment.status !== AppointmentStatus.PENDING_PAYMENT) return false;
      const { payBy } = held.appointment;
      if (payBy === null || payBy > this.#ground.now()) return false;
      await this.#end(tx, held.appointment, {
        actor: { kind: 'service', name: 'care' },
        status: AppointmentStatus.EXPIRED,
        code: 'EXPIRED',
        wasPaid: false,
      });
      return true;
    });
  }

  /** Ends what nobody was called for within a day of the end of the slot; a fee paid is given back. @returns how many */
  async endUnseen(): Promise<number> {
    let ended = 0;
    for (const id of await this.#appointments.unseen(this.#unseenSince(), BATCH)) {
      try {
        if (await this.endIfUnseen(id)) ended += 1;
      } catch (error) {
        logger().warn(
          { err: error, appointment: id },
          'an unseen appointment was not ended, and will be tried again',
        );
      }
    }
    return ended;
  }

  /** Ends one whose patient waits though its slot ended a day ago. @returns whether it was one */
  async endIfUnseen(id: string): Promise<boolean> {
    const over = this.#unseenSince();
    return this.#ground.db.transaction(async (tx) => {
      const held = await this.#hold(tx, id);
      if (held?.appointment.status !== AppointmentStatus.CHECKED_IN || held.slot.endsAt > over) return false;
      await this.#end(tx, held.appointment, {
        actor: { kind: 'service', name: 'care' },
        status: AppointmentStatus.CANCELLED,
        code: 'UNSEEN',
        wasPaid: held.appointment.paidAt !== null,
      });
      return true;
    });
  }

  /**
   * Ends the appointment of a consultation that is being closed and in which the doctor did nothing; a fee paid is given
   * back. The consultation is held before.
   */
  async endUnattended(tx: Tx, id: string): Promise<void> {
    const held = await this.#hold(tx, id);
    if (held?.appointment.status !== AppointmentStatus.IN_CONSULTATION) return;
    await this.#end(tx, held.appointment, {
      actor: { kind: 'service', name: 'care' },
      status: AppointmentStatus.CANCELLED,
      code: 'UNSEEN',
      wasPaid: held.appointment.paidAt !== null,
    });
  }

  #unseenSince(): Date {
    return new Date(this.#ground.now().getTime() - UNSEEN_MS);
  }

  /** The fee was given back: notes it, and ends an appointment that nobody has cancelled or kept yet. */
  async refunded(tx: Tx, actor: Actor, id: string, paymentId: string, refundedAt: Date): Promise<void> {
    const held = await this.#hold(tx, id);
    // The refund of a payment that never confirmed it is none of its business.
    if (held?.appointment.paymentId !== paymentId) return;
    await this.#appointments.noteRefund(tx, id, refundedAt);
    const { CONFIRMED, CHECKED_IN } = AppointmentStatus;
    if (![CONFIRMED, CHECKED_IN].includes(held.appointment.status)) return;
    await this.#end(tx, held.appointment, {
      actor,
      status: AppointmentStatus.CANCELLED,
      code: 'REFUNDED',
      wasPaid: false,
    });
  }

  /**
   * The queue first where the patient has a ticket, as a call takes it, then the slot and the appointment, as booking
   * takes them: in another order they would block each other.
   */
  async #hold(tx: Tx, id: string): Promise<Held | null> {
    const found = await this.#appointments.find(tx, id);
    if (found && TICKETS.has(found.status)) await this.#queue.lockSession(tx, found.scheduleId);
    const slot = found && (await this.#slots.lock(tx, found.slotId));
    const appointment = slot && (await this.#appointments.lock(tx, id));
    return appointment && { appointment, slot };
  }

  async #end(tx: Tx, appointment: Appointment, ending: Ending): Promise<void> {
    const { actor, status, code, wasPaid, cancelReason = null, cancelledAt = null } = ending;
    const changes = { status, cancelReason, cancelledAt };
    const ended = await this.#appointments.move(tx, appointment, changes);
    await this.#slots.giveBack(tx, appointment.slotId);
    const ticketStatus = TICKETS.get(appointment.status);
    if (ticketStatus !== undefined) await this.#leaveQueue(tx, appointment.id, ticketStatus);
    await this.#ground.audit.record(tx, {
      actor,
      action: status === AppointmentStatus.EXPIRED ? 'appointment.expire' : 'appointment.cancel',
      subjectType: 'appointment',
      subjectId: appointment.id,
      detail: { code, wasPaid },
    });
    await this.#ground.outbox.add(tx, appointmentCancelled(ended, code, wasPaid));
  }

  async #leaveQueue(tx: Tx, appointmentId: string, from: QueueTicketStatus): Promise<void> {
    const ticket = await this.#queue.ofAppointment(tx, appointmentId);
    if (ticket === null) return;
    if (!(await this.#queue.move(tx, ticket, from, QueueTicketStatus.CANCELLED, this.#ground.now()))) {
      throw new AppError('CONFLICT_RETRY');
    }
    tx.afterCommit(() => this.#ground.wake.call(queueTopic(ticket.scheduleId)));
  }
}
