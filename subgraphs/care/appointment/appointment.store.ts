import { In } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Appointment, AppointmentStatus } from './appointment.entity.ts';

/** From here on a doctor and a patient have to do with each other. 诊疗关系 */
const RELATED = [
  AppointmentStatus.CONFIRMED,
  AppointmentStatus.CHECKED_IN,
  AppointmentStatus.IN_CONSULTATION,
  AppointmentStatus.COMPLETED,
];

export class AppointmentStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Appointment>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'appointment.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Appointment, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** Those of the patients who have an appointment with that doctor that is confirmed or further. */
  async relatedPatients(doctorAccountId: string, patientIds: readonly string[]): Promise<string[]> {
    if (patientIds.length === 0) return [];
    const rows = await this.#db.readPrimary((manager) =>
      manager.find(Appointment, {
        select: { id: true, patientId: true },
        where: { doctorAccountId, patientId: In([...patientIds]), status: In(RELATED) },
      }),
    );
    return [...new Set(rows.map((row) => row.patientId))];
  }

  /** The appointment when it waits for its payment and its time is not over. */
  async payable(id: string, now: Date): Promise<Appointment | null> {
    const found = await this.#db.readPrimary((manager) => manager.findOneBy(Appointment, { id }));
    if (found?.status !== AppointmentStatus.PENDING_PAYMENT) return null;
    return found.payBy !== null && found.payBy > now ? found : null;
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, id: string): Promise<Appointment | null> {
    return manager.findOne(Appointment, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }
}
