import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { type Appointment, AppointmentStatus } from '../appointment/appointment.entity.ts';
import type { AppointmentStore } from '../appointment/appointment.store.ts';
import { type ConsentCheck, consentNeeded } from '../consent/consent-check.ts';
import { mayCallAt } from '../consultation/attends.ts';
import { consultationStarted } from '../consultation/consultation-facts.ts';
import { Consultation, ConsultationStatus } from '../consultation/consultation.entity.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import type { MissingConsent } from '../external/users.client.ts';
import { queueTopic } from './queue-feed.ts';
import { QueueTicketStatus } from './queue-ticket.entity.ts';
import type { CallNextPatientInput } from './queue.inputs.ts';
import { callableDays, type QueueStore, type Waiting } from './queue.store.ts';

/** What a call is remembered by that found nobody: a retry of it finds nobody either. */
const NOBODY = 'nobody';

interface Asked {
  readonly waiting: readonly Waiting[];
  readonly missing: ReadonlyMap<string, MissingConsent>;
}

export class CallService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>;
  readonly #queue: QueueStore;
  readonly #appointments: AppointmentStore;
  readonly #consultations: ConsultationStore;
  readonly #consents: ConsentCheck;

  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>,
    queue: QueueStore,
    appointments: AppointmentStore,
    consultations: ConsultationStore,
    consents: ConsentCheck,
  ) {
    this.#ground = ground;
    this.#queue = queue;
    this.#appointments = appointments;
    this.#consultations = consultations;
    this.#consents = consents;
  }

  /**
   * Calls whoever waits first in the sessions of the calling doctor, those of yesterday included, and opens the
   * consultation. Sessions at places where the doctor may not call now are left out. Who has no consent that holds keeps
   * the place in the queue, and those behind are called meanwhile.
   * @returns null when nobody waits
   * @throws AppError FORBIDDEN, CONSENT_NEEDED where nobody waits but such patients, UNAVAILABLE when users cannot tell
   *   who consents, IDEMPOTENCY_KEY_REUSED, VALIDATION_FAILED
   */
  async next(actor: Actor, input: CallNextPatientInput): Promise<Consultation | null> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const { accountId } = actor;
    const { db, now: clock } = this.#ground;
    const now = clock();
    const call = { actor, operation: 'callNextPatient', key: input.idempotencyKey, body: {}, now };
    const id = await unlessAnswered(db, call, async () => {
      const asked = await this.#ask(actor, accountId, now);
      return db.transaction((tx) => once(tx, call, () => this.#call(tx, actor, accountId, asked)));
    });
    return id === NOBODY ? null : this.#consultations.latest(id);
  }

  /** Who waits, and whose consent is missing. */
  async #ask(actor: Actor, doctorAccountId: string, now: Date): Promise<Asked> {
    const waiting = await this.#queue.waiting(doctorAccountId, callableDays(now), mayCallAt(actor));
    const missing = await this.#consents.missingOf(waiting.map(({ patientId }) => patientId));
    return { waiting, missing };
  }

  async #call(tx: Tx, actor: Actor, doctorAccountId: string, { waiting, missing }: Asked): Promise<string> {
    const now = this.#ground.now();
    // Who came after users were asked is called next.
    const ready = waiting.filter(({ patientId }) => !missing.has(patientId));
    const ids = (ready.length === 0 ? waiting : ready).map(({ appointmentId }) => appointmentId);
    const callable = { ids, mayCall: mayCallAt(actor) };
    const ticket = await this.#queue.firstWaiting(tx, doctorAccountId, callableDays(now), callable);
    if (ticket === null) return NOBODY;
    const appointment = await this.#appointments.get(tx, ticket.appointmentId);
    const needed = missing.get(appointment.patientId);
    if (needed !== undefined) throw consentNeeded(needed);
    if (!(await this.#queue.move(tx, ticket, QueueTicketStatus.WAITING, QueueTicketStatus.CALLED, now))) {
      throw new AppError('CONFLICT_RETRY');
    }
    await this.#appointments.move(tx, appointment, { status: AppointmentStatus.IN_CONSULTATION });
    const consultation = begin(appointment, now);
    await this.#consultations.insert(tx, consultation);
    const { audit, outbox, wake } = this.#ground;
    await audit.record(tx, {
      actor,
      action: 'consultation.start',
      subjectType: 'consultation',
      subjectId: consultation.id,
      detail: { appointmentId: appointment.id, number: ticket.number },
    });
    const waitedSeconds = Math.max(0, Math.floor((now.getTime() - ticket.issuedAt.getTime()) / 1000));
    await outbox.add(tx, consultationStarted(consultation.id, appointment, waitedSeconds, now));
    tx.afterCommit(() => wake.call(queueTopic(ticket.scheduleId)));
    return consultation.id;
  }
}

function begin(appointment: Appointment, now: Date): Consultation {
  return Object.assign(new Consultation(), {
    id: newId('con'),
    doctorId: appointment.doctorId,
    doctorAccountId: appointment.doctorAccountId,
    patientAccountId: appointment.accountId,
    status: ConsultationStatus.OPEN,
    lastSeq: 0,
    openedAt: now,
    appointmentId: appointment.id,
    patientId: appointment.patientId,
    hospitalId: appointment.hospitalId,
    startedAt: now,
    closedAt: null,
  });
}
