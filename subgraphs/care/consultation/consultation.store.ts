import { In } from 'typeorm';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { attendsAt } from './attends.ts';
import { Consultation, ConsultationStatus } from './consultation.entity.ts';
import { type ConsultationPlace, consultationPlaces } from './party.ts';

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
