import { In, MoreThanOrEqual } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { isDuplicate } from '../../../shared/db/db-errors.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { assertMoves, isOver } from './appointment-states.ts';
import { Appointment, AppointmentStatus } from './appointment.entity.ts';
import type { PatientTreatment } from './patient-treatment.types.ts';

/** From here on a doctor and a patient have to do with each other. 诊疗关系 */
const RELATED = [
  AppointmentStatus.CONFIRMED,
  AppointmentStatus.CHECKED_IN,
  AppointmentStatus.IN_CONSULTATION,
  AppointmentStatus.COMPLETED,
];

/** A hold whose time to be paid is over. */
export interface OverdueHold {
  readonly id: string;
  readonly payBy: Date;
  /** Of its slot. */
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Columns with a text of the patient: encrypted, each bound to its row. */
type Private = 'reason' | 'earlierDiagnosis' | 'cancelReason';

export class AppointmentStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly byId: BatchRead<string, Appointment>;

  constructor(db: Db, cipher: FieldCipher) {
    this.#db = db;
    this.#cipher = cipher;
    this.byId = {
      name: 'appointment.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Appointment, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** Where those of the patients are treated by that doctor, by appointments that are confirmed or further. */
  async treatments(doctorAccountId: string, patientIds: readonly string[]): Promise<PatientTreatment[]> {
    if (patientIds.length === 0) return [];
    return this.#db.readPrimary((manager) =>
      manager.query<PatientTreatment[]>(
        `SELECT DISTINCT patient_id AS patientId, hospital_id AS hospitalId, department_id AS departmentId
         FROM appointment WHERE doctor_account_id = ? AND patient_id IN (?) AND status IN (?)`,
        [doctorAccountId, patientIds, RELATED],
      ),
    );
  }

  /** How many of a patient are not over. @param today the instant at which the business day began */
  async countOpen(patientId: string, today: Date): Promise<number> {
    const { PENDING_PAYMENT, CONFIRMED, CHECKED_IN, IN_CONSULTATION } = AppointmentStatus;
    return this.#db.readPrimary((manager) =>
      manager.countBy(Appointment, [
        { patientId, status: In([PENDING_PAYMENT, CHECKED_IN, IN_CONSULTATION]) },
        // Nobody comes any more to one of a day that is over; who has come by then can still be called.
        { patientId, status: CONFIRMED, startsAt: MoreThanOrEqual(today) },
      ]),
    );
  }

  /**
   * How many places an account holds unpaid, in all and for a patient, and how many it has booked since the beginning
   * of a day, whatever became of them.
   */
  async countTaken(
    { manager }: Tx,
    { accountId, patientId }: Pick<Appointment, 'accountId' | 'patientId'>,
    today: Date,
  ): Promise<{ unpaid: number; unpaidOfPatient: number; today: number }> {
    const status = AppointmentStatus.PENDING_PAYMENT;
    return {
      unpaid: await manager.countBy(Appointment, { accountId, status }),
      unpaidOfPatient: await manager.countBy(Appointment, { accountId, status, patientId }),
      today: await manager.countBy(Appointment, { accountId, bookedAt: MoreThanOrEqual(today) }),
    };
  }

  /** How many an account has cancelled itself since an instant. */
  async countCancelled({ manager }: Tx, accountId: string, since: Date): Promise<number> {
    return manager.countBy(Appointment, { accountId, cancelledAt: MoreThanOrEqual(since) });
  }

  /** The appointment when it waits for its payment and its time is not over. */
  async payable(id: string, now: Date): Promise<Appointment | null> {
    const found = await this.#db.readPrimary((manager) => manager.findOneBy(Appointment, { id }));
    if (found?.status !== AppointmentStatus.PENDING_PAYMENT) return null;
    return found.payBy !== null && found.payBy > now ? found : null;
  }

  /** Those whose hold is over, the oldest first. @param after the last one of the page before */
  async overdue(now: Date, limit: number, after?: OverdueHold): Promise<OverdueHold[]> {
    const { payBy, id } = after ?? { payBy: new Date(0), id: '' };
    return this.#db.readPrimary((manager) =>
      manager.query<OverdueHold[]>(
        `SELECT a.id, a.pay_by AS payBy, a.starts_at AS startsAt, s.ends_at AS endsAt
         FROM appointment a JOIN slot s ON s.id = a.slot_id
         WHERE a.status = ? AND a.pay_by BETWEEN ? AND ? AND (a.pay_by > ? OR a.id > ?)
         ORDER BY a.pay_by, a.id LIMIT ?`,
        [AppointmentStatus.PENDING_PAYMENT, payBy, now, payBy, id, limit],
      ),
    );
  }

  /** Identifiers of those who wait though their slot ended by then, the first to start first. */
  async unseen(over: Date, limit: number): Promise<string[]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.query<{ id: string }[]>(
        `SELECT a.id FROM appointment a JOIN slot s ON s.id = a.slot_id
         WHERE a.status = ? AND s.ends_at <= ? ORDER BY a.starts_at LIMIT ?`,
        [AppointmentStatus.CHECKED_IN, over, limit],
      ),
    );
    return rows.map((row) => row.id);
  }

  /** As it is, without holding it. */
  async find({ manager }: Tx, id: string): Promise<Appointment | null> {
    return manager.findOneBy(Appointment, { id });
  }

  /** @throws EntityNotFoundError */
  async get({ manager }: Tx, id: string): Promise<Appointment> {
    return manager.findOneByOrFail(Appointment, { id });
  }

  /** The last committed state of one that there is. */
  async latest(id: string): Promise<Appointment> {
    return this.#db.readPrimary((manager) => manager.findOneByOrFail(Appointment, { id }));
  }

  /** The last committed state, if there is one. */
  async findLatest(id: string): Promise<Appointment | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(Appointment, { id }));
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, id: string): Promise<Appointment | null> {
    return manager.findOne(Appointment, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** @throws AppError ALREADY_BOOKED when the patient has an active one in the session: the unique key decides */
  async insert({ manager }: Tx, appointment: Appointment): Promise<void> {
    try {
      await manager.insert(Appointment, appointment);
    } catch (error) {
      throw isDuplicate(error) ? new AppError('ALREADY_BOOKED', {}, { cause: error }) : error;
    }
  }

  /**
   * Moves a locked appointment on.
   * @returns as it is then @throws AppError APPOINTMENT_STATE, CONFLICT_RETRY
   */
  async move(
    { manager }: Tx,
    from: Appointment,
    changes: Partial<Appointment> & { readonly status: AppointmentStatus },
  ): Promise<Appointment> {
    assertMoves(from.status, changes.status);
    const all = {
      ...changes,
      version: from.version + 1,
      ...(isOver(changes.status) && { activeKey: null }),
    };
    const { affected } = await manager.update(Appointment, { id: from.id, version: from.version }, all);
    if (affected !== 1) throw new AppError('CONFLICT_RETRY');
    return Object.assign(new Appointment(), from, all);
  }

  /** Notes when the fee was given back: no move, and no new version. */
  async noteRefund({ manager }: Tx, id: string, refundedAt: Date): Promise<void> {
    await manager.update(Appointment, { id }, { refundedAt });
  }

  seal(id: string, column: Private, text: string | null): string | null {
    return text === null ? null : this.#cipher.encrypt(text, place(id, column));
  }

  /** The text in clear, for those who may see the appointment. @throws AppError DECRYPT_FAILED */
  open(appointment: Appointment, column: Private): string | null {
    const text = appointment[column];
    return text === null ? null : this.#cipher.decrypt(text, place(appointment.id, column));
  }
}

function place(rowId: string, column: Private) {
  return { table: 'appointment', column, rowId };
}
