import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { AppointmentStatus } from '../appointment/appointment.entity.ts';
import type { AppointmentStore } from '../appointment/appointment.store.ts';
import { ChatParty } from '../consultation/chat-message.entity.ts';
import { consultationCompleted } from '../consultation/consultation-facts.ts';
import { type Consultation, ConsultationStatus } from '../consultation/consultation.entity.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { partyIn } from '../consultation/party.ts';
import { queueTopic } from './queue-feed.ts';
import { QueueTicketStatus } from './queue-ticket.entity.ts';
import type { CloseConsultationInput } from './queue.inputs.ts';
import type { QueueStore } from './queue.store.ts';

export class ClosingService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>;
  readonly #queue: QueueStore;
  readonly #appointments: AppointmentStore;
  readonly #consultations: ConsultationStore;

  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'outbox' | 'wake' | 'now'>,
    queue: QueueStore,
    appointments: AppointmentStore,
    consultations: ConsultationStore,
  ) {
    this.#ground = ground;
    this.#queue = queue;
    this.#appointments = appointments;
    this.#consultations = consultations;
  }

  /**
   * Ends a consultation of the calling doctor, and with it the appointment that it came of.
   * @throws AppError BAD_ID, NOT_FOUND, FORBIDDEN for its patient, CONSULTATION_CLOSED, IDEMPOTENCY_KEY_REUSED
   */
  async close(actor: Actor, input: CloseConsultationInput): Promise<Consultation> {
    const { idempotencyKey: key, ...body } = input;
    const id = parseId('con', input.consultationId);
    return this.#ground.db.transaction(async (tx) => {
      const now = this.#ground.now();
      await once(tx, { actor, operation: 'closeConsultation', key, body, now }, async () => {
        const consultation = await this.#consultations.lock(tx, id);
        const party = consultation && (await partyIn(tx.manager, consultation, actor));
        if (!consultation || party === undefined) throw new AppError('NOT_FOUND', { what: 'Consultation' });
        if (party !== ChatParty.DOCTOR) throw new AppError('FORBIDDEN');
        if (consultation.status !== ConsultationStatus.OPEN) throw new AppError('CONSULTATION_CLOSED');
        await this.complete(tx, actor, consultation, now);
        return id;
      });
      return this.#consultations.get(tx, id);
    });
  }

  /**
   * Ends an open consultation that is held, and with it the appointment that it came of.
   * @param endedAt until when it went on, as it is told to others
   */
  async complete(tx: Tx, actor: Actor, consultation: Consultation, endedAt: Date): Promise<void> {
    const { audit, now } = this.#ground;
    const { id } = consultation;
    await this.#consultations.close(tx, id, now());
    await this.#completeAppointment(tx, consultation, endedAt);
    const subject = { subjectType: 'consultation', subjectId: id };
    await audit.record(tx, { actor, action: 'consultation.close', ...subject });
  }

  /** One that began as a conversation has none. */
  async #completeAppointment(tx: Tx, consultation: Consultation, endedAt: Date): Promise<void> {
    const { outbox, wake, now } = this.#ground;
    const completed = consultationCompleted(consultation, endedAt);
    if (consultation.appointmentId === null || completed === null) return;
    const ticket = await this.#queue.ofAppointment(tx, consultation.appointmentId);
    if (ticket !== null) {
      await this.#queue.move(tx, ticket, QueueTicketStatus.CALLED, QueueTicketStatus.DONE, now());
      tx.afterCommit(() => wake.call(queueTopic(ticket.scheduleId)));
    }
    const appointment = await this.#appointments.lock(tx, consultation.appointmentId);
    if (appointment !== null) {
      await this.#appointments.move(tx, appointment, { status: AppointmentStatus.COMPLETED });
    }
    await outbox.add(tx, completed);
  }
}
