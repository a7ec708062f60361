import { In } from 'typeorm';
import type { Reach } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { Appointment } from './appointment.entity.ts';

interface Asked {
  readonly patientId: string;
  /** Who asks: only appointments that this account made, or is the doctor of, are there for it. */
  readonly accountId: string;
  /** Where the account attends as a doctor. */
  readonly attendance: Reach;
  readonly limit: number;
  /** Only those before this one; empty for all. */
  readonly after: string;
}

/** The key of a page: pages of several patients that are asked alike are read by one statement. */
export function pageKey(asked: Asked): string {
  const { accountId, attendance, limit, after, patientId } = asked;
  return JSON.stringify([accountId, attendance, limit, after, patientId]);
}

export class PatientAppointmentsStore {
  readonly pages: BatchRead<string, Appointment[]>;

  constructor(db: Db) {
    this.pages = {
      name: 'appointment.pagesOfPatients',
      read: async (keys) => {
        const groups = new Map<string, Asked[]>();
        for (const key of keys) {
          const [accountId, attendance, limit, after, patientId] = JSON.parse(key) as [
            string,
            Reach,
            number,
            string,
            string,
          ];
          const alike = JSON.stringify([accountId, attendance, limit, after]);
          const asked = { accountId, attendance, limit, after, patientId };
          groups.set(alike, [...(groups.get(alike) ?? []), asked]);
        }
        const found = new Map<string, Appointment[]>();
        for (const group of groups.values()) {
          for (const row of await readPages(db, group)) {
            const asked = group.find((each) => each.patientId === row.patientId);
            if (asked === undefined) continue;
            found.set(pageKey(asked), [...(found.get(pageKey(asked)) ?? []), row]);
          }
        }
        return keys.map((key) => found.get(key) ?? []);
      },
    };
  }
}

/** The first rows of each patient: numbered within the patient by the database, then read whole. */
async function readPages(db: Db, group: readonly Asked[]): Promise<Appointment[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { accountId, attendance, after, limit } = first;
  const { isEverywhere, hospitalIds, departments } = attendance;
  return db.read(async (manager) => {
    const ids = await manager.query<{ id: string }[]>(
      `SELECT id FROM (
         SELECT id, ROW_NUMBER() OVER (PARTITION BY patient_id ORDER BY id DESC) AS place FROM appointment
         WHERE patient_id IN (?) AND (account_id = ? OR (doctor_account_id = ?
           AND (? = 1 OR hospital_id IN (?) OR CONCAT(hospital_id, '/', department_id) IN (?))))
           AND (? = '' OR id < ?)
       ) AS numbered WHERE place <= ?`,
      [
        group.map((each) => each.patientId),
        accountId,
        accountId,
        Number(isEverywhere),
        // An empty list is a syntax error.
        ['', ...hospitalIds],
        ['', ...departments],
        after,
        after,
        limit,
      ],
    );
    if (ids.length === 0) return [];
    return manager.find(Appointment, { where: { id: In(ids.map((row) => row.id)) }, order: { id: 'DESC' } });
  });
}
