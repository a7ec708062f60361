import { type Actor, isNowhere } from '../../../shared/context/actor.ts';
import { attendanceOf } from '../consultation/attends.ts';
import type { GraphqlContext } from '../../../shared/context/graphql-context.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead, Loaders } from '../../../shared/loader/loaders.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';

interface Page {
  readonly patientId: string;
  /** The id that the page goes on after. */
  readonly after: string | undefined;
  readonly limit: number;
}

type Reading = Pick<GraphqlContext, 'actor' | 'loaders'>;

/** Which documents of a patient the caller may see, the newest first; those of many patients in one statement. */
export class PatientPages {
  readonly #db: Db;
  readonly #table: 'medical_record' | 'prescription';
  readonly #consultations: ConsultationStore;
  readonly #batches = new WeakMap<Loaders, BatchRead<string, string[]>>();

  constructor(db: Db, table: 'medical_record' | 'prescription', consultations: ConsultationStore) {
    this.#db = db;
    this.#table = table;
    this.#consultations = consultations;
  }

  /** The ids of one page, and one more where there is a next page. */
  async idsOf({ actor, loaders }: Reading, page: Page): Promise<string[]> {
    const known = this.#batches.get(loaders);
    const batch = known ?? { name: `${this.#table}.pages`, read: (keys) => this.#read(actor, keys) };
    if (!known) this.#batches.set(loaders, batch);
    return (
      (await loaders.of(batch).load(JSON.stringify([page.after ?? '', page.limit, page.patientId]))) ?? []
    );
  }

  async #read(actor: Actor, keys: readonly string[]): Promise<string[][]> {
    const pages = keys.map((key) => JSON.parse(key) as [string, number, string]);
    const found = new Map<string, string[]>();
    // The same field of many patients asks for the same kind of page, so this goes round once.
    for (const kind of new Set(pages.map(([after, limit]) => JSON.stringify([after, limit])))) {
      const [after, limit] = JSON.parse(kind) as [string, number];
      const patients = pages.filter((page) => page[0] === after && page[1] === limit).map((page) => page[2]);
      for (const { id, patient_id } of await this.#ids(actor, patients, after, limit)) {
        const key = JSON.stringify([after, limit, patient_id]);
        found.set(key, [...(found.get(key) ?? []), id]);
      }
    }
    return keys.map((key) => found.get(key) ?? []);
  }

  async #ids(actor: Actor, patients: string[], after: string, limit: number) {
    if (actor.kind !== 'account') return [];
    const { accountId } = actor;
    const attendance = attendanceOf(actor);
    const { isEverywhere, hospitalIds, departments } = attendance;
    const treated = isNowhere(attendance) ? [] : await this.#consultations.openWith(actor, patients);
    return this.#db.read((manager) =>
      manager.query<{ id: string; patient_id: string }[]>(
        `SELECT id, patient_id FROM (
           SELECT id, patient_id, ROW_NUMBER() OVER (PARTITION BY patient_id ORDER BY id DESC) AS place
           FROM ${this.#table}
           WHERE patient_id IN (?) AND (? = '' OR id < ?)
             AND ((status = 'SIGNED' AND (patient_account_id = ? OR patient_id IN (?)))
               OR (doctor_account_id = ? AND (? = 1 OR hospital_id IN (?) OR EXISTS (
                 SELECT 1 FROM consultation c JOIN appointment a ON a.id = c.appointment_id
                 WHERE c.id = ${this.#table}.consultation_id
                   AND CONCAT(a.hospital_id, '/', a.department_id) IN (?)))))
         ) AS ranked WHERE place <= ? ORDER BY patient_id, id DESC`,
        // An empty list is a syntax error.
        [
          patients,
          after,
          after,
          accountId,
          ['', ...treated],
          accountId,
          Number(isEverywhere),
          ['', ...hospitalIds],
          ['', ...departments],
          limit,
        ],
      ),
    );
  }
}
