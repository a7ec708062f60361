import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { Patient } from '../patient/patient.entity.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import { type PatientIndexes, patientConditions, patientOrder } from './patient-conditions.ts';
import { searchDetail } from './search-detail.ts';
import type { PatientFilter, PatientSort } from './search.inputs.ts';
import { SearchPlanner } from './search-planner.ts';
import { pageOf, type Place } from './search-sql.ts';

const TABLE = { table: 'patient', columns: 't.id' } as const;

/** Searches the patients of all accounts, for administrators of the platform. */
export class PatientSearchService {
  readonly #db: Db;
  readonly #patients: PatientStore;
  readonly #indexes: PatientIndexes;
  readonly #audit: Audit;
  readonly #now: () => Date;
  readonly #planner: SearchPlanner;

  constructor(db: Db, patients: PatientStore, indexes: PatientIndexes, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#patients = patients;
    this.#indexes = indexes;
    this.#audit = audit;
    this.#now = now;
    this.#planner = new SearchPlanner(TABLE.table);
  }

  /**
   * A page of `size` patients and one more, which tells that there is a next page. Before anything is shown the search
   * is on record, by which conditions and never with what values, and for each patient that it was seen.
   * @throws AppError VALIDATION_FAILED, BAD_PHONE, BAD_IDENTITY_NUMBER, BAD_ID
   */
  async page(
    actor: Actor,
    filter: PatientFilter,
    sort: PatientSort,
    after: Place | undefined,
    size: number,
  ): Promise<Patient[]> {
    const conditions = patientConditions(filter, sort, this.#indexes, businessDay(this.#now()));
    const order = patientOrder(filter, sort);
    const limit = size + 1;
    const ids = await this.#db.read(async (manager) => {
      const begin = await this.#planner.begin(manager, order, conditions, limit);
      const { sql, values } = pageOf(TABLE, order, conditions, begin, after, limit);
      return manager.query<{ id: string }[]>(sql, [...values]);
    });
    const shown = ids.slice(0, size).map(({ id }) => id);
    const detail = searchDetail(filter, sort, shown.length);
    await this.#audit.read(actor, 'patient.search', 'PatientSearch', ['users'], detail);
    await this.#audit.read(actor, 'patient.search', 'Patient', shown);
    const rows = await this.#patients.byId.read(ids.map(({ id }) => id));
    return rows.filter((row) => row !== null);
  }
}
