import { In } from 'typeorm';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { attendsAt } from './attends.ts';
import { ChatParty } from './chat-message.entity.ts';
import { Consultation, ConsultationStatus } from './consultation.entity.ts';
import { type ConsultationPlace, consultationPlaces } from './party.ts';

/** What a doctor has done in a consultation that came of an appointment. */
export interface Attendance {
  /** The end of the slot, the call or the doctor's last message, whichever was last. */
  readonly lastAt: Date;
  /** Whether the doctor said, wrote, prescribed or sent anything. */
  readonly isAttended: boolean;
}

interface AttendanceRow {
  readonly endsAt: Date;
  readonly startedAt: Date | null;
  readonly saidAt: Date | null;
  readonly didMore: string | number;
}

export class ConsultationStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Consultation>;
  readonly byAppointment: BatchRead<string, Consultation>;
  readonly placeOf: BatchRead<string, ConsultationPlace>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'consultation.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Consultation, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.byAppointment = {
      name: 'consultation.byAppointment',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.findBy(Consultation, { appointmentId: In([...ids]) }),
        );
        return inOrder(ids, rows, (row) => row.appointmentId ?? '');
      },
    };
    this.placeOf = {
      name: 'consultation.place',
      read: async (ids) => {
        const rows = await db.read((manager) => consultationPlaces(manager, ids));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** @throws EntityNotFoundError */
  async get({ manager }: Tx, id: string): Promise<Consultation> {
    return manager.findOneByOrFail(Consultation, { id });
  }

  /** The last committed state of one that there is. */
  async latest(id: string): Promise<Consultation> {
    return this.#db.readPrimary((manager) => manager.findOneByOrFail(Consultation, { id }));
  }

  async insert({ manager }: Tx, consultation: Consultation): Promise<void> {
    await manager.insert(Consultation, consultation);
  }

  async close({ manager }: Tx, id: string, closedAt: Date): Promise<void> {
    await manager.update(Consultation, { id }, { status: ConsultationStatus.CLOSED, closedAt });
  }

  /** As it is now, for a decision. */
  async find(id: string): Promise<Consultation | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(Consultation, { id }));
  }

  /**
   * Identifiers of those that are open though their slot ended, their patient was called, and their doctor last said
   * something, by then; the first to begin first.
   */
  async overdue(over: Date, limit: number): Promise<string[]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.query<{ id: string }[]>(
        `SELECT c.id FROM consultation c
         JOIN appointment a ON a.id = c.appointment_id JOIN slot s ON s.id = a.slot_id
         WHERE c.status = ? AND c.started_at <= ? AND s.ends_at <= ? AND NOT EXISTS (
           SELECT 1 FROM chat_message m WHERE m.consultation_id = c.id AND m.sender = ? AND m.sent_at > ?)
         ORDER BY c.started_at LIMIT ?`,
        [ConsultationStatus.OPEN, over, over, ChatParty.DOCTOR, over, limit],
      ),
    );
    return rows.map((row) => row.id);
  }

  /** Null for one that did not begin with an appointment. */
  async attendance({ manager }: Tx, id: string): Promise<Attendance | null> {
    const [row] = await manager.query<AttendanceRow[]>(
      `SELECT s.ends_at AS endsAt, c.started_at AS startedAt,
         (SELECT MAX(m.sent_at) FROM chat_message m WHERE m.consultation_id = c.id AND m.sender = ?) AS saidAt,
         EXISTS (SELECT 1 FROM medical_record r WHERE r.consultation_id = c.id)
         OR EXISTS (SELECT 1 FROM prescription p WHERE p.consultation_id = c.id)
         OR EXISTS (SELECT 1 FROM attachment f WHERE f.consultation_id = c.id AND f.uploaded_by = ?) AS didMore
       FROM consultation c JOIN appointment a ON a.id = c.appointment_id JOIN slot s ON s.id = a.slot_id
       WHERE c.id = ?`,
      [ChatParty.DOCTOR, ChatParty.DOCTOR, id],
    );
    if (row === undefined) return null;
    const { endsAt, startedAt, saidAt, didMore } = row;
    const last = Math.max(...[endsAt, startedAt, saidAt].map((each) => each?.getTime() ?? 0));
    return { lastAt: new Date(last), isAttended: saidAt !== null || Number(didMore) === 1 };
  }

  /** Those of the patients whom the actor has as a doctor in an open consultation, where they attend. */
  async openWith(actor: Actor, patientIds: readonly string[]): Promise<Set<string>> {
    if (patientIds.length === 0 || actor.kind !== 'account') return new Set();
    const { accountId: doctorAccountId } = actor;
    return this.#db.readPrimary(async (manager) => {
      const rows = await manager.findBy(Consultation, {
        doctorAccountId,
        patientId: In([...new Set(patientIds)]),
        status: ConsultationStatus.OPEN,
      });
      const places = await consultationPlaces(
        manager,
        rows.map(({ id }) => id),
      );
      const attended = new Set(places.filter((place) => attendsAt(actor, place)).map(({ id }) => id));
      return new Set(rows.flatMap(({ id, patientId }) => (attended.has(id) ? (patientId ?? []) : [])));
    });
  }

  /** Where consultations are held, by their identifiers. */
  async placesOf(ids: readonly string[]): Promise<Map<string, ConsultationPlace>> {
    const places = await this.#db.read((manager) => consultationPlaces(manager, ids));
    return new Map(places.map((place) => [place.id, place]));
  }

  /** The row, held until the transaction ends: one message at a time gets a number. */
  async lock({ manager }: Tx, id: string): Promise<Consultation | null> {
    return manager.findOne(Consultation, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }
}
