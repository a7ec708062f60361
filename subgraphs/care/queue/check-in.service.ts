import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { appointmentCheckedIn } from '../appointment/appointment-facts.ts';
import { AppointmentStatus } from '../appointment/appointment.entity.ts';
import type { AppointmentStore } from '../appointment/appointment.store.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { HospitalStore } from '../hospital/hospital.store.ts';
import { queueTopic } from './queue-feed.ts';
import { QueueTicket, QueueTicketStatus } from './queue-ticket.entity.ts';
import type { CheckInInput } from './queue.inputs.ts';
import type { QueueStore } from './queue.store.ts';

export class CheckInService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>;
  readonly #appointments: AppointmentStore;
  readonly #queue: QueueStore;
  readonly #hospitals: HospitalStore;
  readonly #consents: ConsentCheck;

  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>,
    appointments: AppointmentStore,
    queue: QueueStore,
    hospitals: HospitalStore,
    consents: ConsentCheck,
  ) {
    this.#ground = ground;
    this.#appointments = appointments;
    this.#queue = queue;
    this.#hospitals = hospitals;
    this.#consents = consents;
  }

  /**
   * Gives a confirmed appointment of the caller its number, on the day of its slot.
   * @throws AppError BAD_ID, NOT_FOUND, APPOINTMENT_STATE, NOT_CHECK_IN_DAY, CONSENT_NEEDED, UNAVAILABLE when users
   *   cannot tell who consents, IDEMPOTENCY_KEY_REUSED
   */
  async checkIn(actor: Actor, input: CheckInInput): Promise<QueueTicket> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const { idempotencyKey: key, ...body } = input;
    const appointmentId = parseId('apt', input.appointmentId);
    const refusal = await this.#consentRefusal(actor.accountId, appointmentId);
    return this.#ground.db.transaction(async (tx) => {
      const call = { actor, operation: 'checkIn', key, body, now: this.#ground.now() };
      const id = await once(tx, call, () => {
        if (refusal !== undefined) throw refusal;
        return this.#issue(tx, actor, actor.accountId, appointmentId);
      });
      return this.#queue.get(tx, id);
    });
  }

  /** Nothing for an appointment of others: that one is as if it were not there. */
  async #consentRefusal(accountId: string, appointmentId: string): Promise<AppError | undefined> {
    const known = await this.#appointments.findLatest(appointmentId);
    return known?.accountId === accountId ? this.#consents.refusalFor(known.patientId) : undefined;
  }

  async #issue(tx: Tx, actor: Actor, accountId: string, appointmentId: string): Promise<string> {
    const { audit, outbox, wake, now } = this.#ground;
    const at = now();
    const appointment = await this.#appointments.lock(tx, appointmentId);
    if (appointment?.accountId !== accountId) throw new AppError('NOT_FOUND', { what: 'Appointment' });
    const arrived = await this.#appointments.move(tx, appointment, { status: AppointmentStatus.CHECKED_IN });
    const day = businessDay(appointment.startsAt);
    if (businessDay(at) !== day) throw new AppError('NOT_CHECK_IN_DAY', { day });
    const hospital = await this.#hospitals.get(tx, appointment.hospitalId);
    const ticket = Object.assign(new QueueTicket(), {
      id: newId('qtk'),
      scheduleId: appointment.scheduleId,
      appointmentId,
      accountId,
      doctorAccountId: appointment.doctorAccountId,
      number: await this.#queue.nextNumber(tx, appointment.scheduleId),
      status: QueueTicketStatus.WAITING,
      issuedAt: at,
      calledAt: null,
      doneAt: null,
    });
    await this.#queue.insert(tx, ticket);
    await audit.record(tx, {
      actor,
      action: 'appointment.check_in',
      subjectType: 'appointment',
      subjectId: appointmentId,
      detail: { ticketId: ticket.id, number: ticket.number },
    });
    await outbox.add(tx, appointmentCheckedIn(arrived, hospital, at));
    tx.afterCommit(() => wake.call(queueTopic(appointment.scheduleId)));
    return ticket.id;
  }
}
