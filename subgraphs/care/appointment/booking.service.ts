import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { People } from '../external/users.client.ts';
import type { Slot } from '../schedule/slot.entity.ts';
import type { SlotStore } from '../schedule/slot.store.ts';
import type { ScheduleStore } from '../schedule/schedule.store.ts';
import { appointmentBooked, appointmentConfirmed } from './appointment-facts.ts';
import { Appointment, AppointmentStatus } from './appointment.entity.ts';
import type { BookAppointmentInput } from './appointment.inputs.ts';
import type { AppointmentStore } from './appointment.store.ts';
import type { BookingLimits } from './booking-limits.ts';
import { privateText } from './private-text.ts';

/** How long a place is held unpaid. */
const HOLD_MS = 15 * 60_000;

interface Booking {
  readonly slotId: string;
  readonly patientId: string;
  readonly accountId: string;
  readonly reason: string | null;
  readonly earlierDiagnosis: string | null;
}

export class BookingService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'now'>;
  readonly #appointments: AppointmentStore;
  readonly #slots: SlotStore;
  readonly #schedules: ScheduleStore;
  readonly #people: People;
  readonly #consents: ConsentCheck;
  readonly #limits: BookingLimits;

  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'now'>,
    appointments: AppointmentStore,
    slots: SlotStore,
    schedules: ScheduleStore,
    people: People,
    consents: ConsentCheck,
    limits: BookingLimits,
  ) {
    this.#ground = ground;
    this.#appointments = appointments;
    this.#slots = slots;
    this.#schedules = schedules;
    this.#people = people;
    this.#consents = consents;
    this.#limits = limits;
  }

  /**
   * Holds a place of a slot for a patient of the caller, for 15 minutes until it is paid; a free one is confirmed at once.
   * @throws AppError BAD_ID, VALIDATION_FAILED, NOT_FOUND, also for a patient of others, SLOT_FULL, SLOT_OVER,
   *   ALREADY_BOOKED, DOCTOR_NOT_PRACTISING, CONSENT_NEEDED, TOO_MANY_UNPAID_BOOKINGS,
   *   TOO_MANY_UNPAID_BOOKINGS_OF_PATIENT, TOO_MANY_BOOKINGS, IDEMPOTENCY_KEY_REUSED, UNAVAILABLE when users cannot tell
   *   whose patient it is, who consents, or whether the doctor may practise
   */
  async book(actor: Actor, input: BookAppointmentInput): Promise<Appointment> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const { idempotencyKey: key, ...body } = input;
    const booking = {
      slotId: parseId('slt', input.slotId),
      patientId: parseId('pat', input.patientId),
      accountId: actor.accountId,
      reason: privateText('reason', input.reason),
      earlierDiagnosis: privateText('earlierDiagnosis', input.earlierDiagnosis),
    };
    const { db, now } = this.#ground;
    const call = { actor, operation: 'bookAppointment', key, body, now: now() };
    const bookedId = await unlessAnswered(db, call, async () => {
      await this.#askUsers(actor, booking);
      return db.transaction((tx) => once(tx, call, () => this.#book(tx, actor, booking)));
    });
    return this.#appointments.latest(bookedId);
  }

  /** Whether the patient is the caller's and consents to care, and the doctor is one who may practise. */
  async #askUsers(actor: Actor, { patientId, slotId, accountId }: Booking): Promise<void> {
    const patient = await this.#people.patientOf(patientId, actor);
    if (patient?.accountId !== accountId) throw new AppError('NOT_FOUND', { what: 'Patient' });
    await this.#consents.assertGiven(patientId);
    const doctorAccountId = await this.#schedules.doctorAccountOfSlot(slotId);
    if (doctorAccountId === null) throw new AppError('NOT_FOUND', { what: 'Slot' });
    const doctor = await this.#people.doctorOfAccount(doctorAccountId);
    if (doctor === null) throw new AppError('DOCTOR_NOT_PRACTISING');
  }

  async #book(tx: Tx, actor: Actor, booking: Booking): Promise<string> {
    const now = this.#ground.now();
    await this.#limits.assertMayBook(tx, booking, now);
    const slot = await this.#slots.lock(tx, booking.slotId);
    if (!slot) throw new AppError('NOT_FOUND', { what: 'Slot' });
    if (slot.endsAt <= now) throw new AppError('SLOT_OVER');
    if (!(await this.#slots.take(tx, slot.id))) throw new AppError('SLOT_FULL');
    const { doctorAccountId } = await this.#schedules.get(tx, slot.scheduleId);
    const booked = this.#appointmentOf(slot, booking, doctorAccountId, now);
    await this.#appointments.insert(tx, booked);
    const { audit, outbox } = this.#ground;
    await audit.record(tx, {
      actor,
      action: 'appointment.book',
      subjectType: 'appointment',
      subjectId: booked.id,
      detail: { slotId: slot.id, patientId: booking.patientId, feeFen: booked.feeFen },
    });
    await outbox.add(tx, appointmentBooked(booked));
    if (booked.feeFen === 0) {
      const confirmed = await this.#appointments.move(tx, booked, { status: AppointmentStatus.CONFIRMED });
      await outbox.add(tx, appointmentConfirmed(confirmed));
    }
    return booked.id;
  }

  #appointmentOf(slot: Slot, booking: Booking, doctorAccountId: string, now: Date): Appointment {
    const id = newId('apt');
    const { patientId, accountId, reason, earlierDiagnosis } = booking;
    return Object.assign(new Appointment(), {
      id,
      slotId: slot.id,
      scheduleId: slot.scheduleId,
      doctorId: slot.doctorId,
      doctorAccountId,
      hospitalId: slot.hospitalId,
      departmentId: slot.departmentId,
      patientId,
      accountId,
      status: AppointmentStatus.PENDING_PAYMENT,
      version: 1,
      feeFen: slot.feeFen,
      // A hold never outlives its slot.
      payBy: slot.feeFen === 0 ? null : new Date(Math.min(now.getTime() + HOLD_MS, slot.endsAt.getTime())),
      startsAt: slot.startsAt,
      reason: this.#appointments.seal(id, 'reason', reason),
      earlierDiagnosis: this.#appointments.seal(id, 'earlierDiagnosis', earlierDiagnosis),
      cancelReason: null,
      paymentId: null,
      paidAt: null,
      refundedAt: null,
      cancelledAt: null,
      bookedAt: now,
      activeKey: `${patientId}:${slot.scheduleId}`,
    });
  }
}
