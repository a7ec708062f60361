import type { Db, Tx } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { byRange, type DayRange, type InRange } from '../range/day-range.ts';
import { EncounterFact } from './encounter-fact.entity.ts';

export interface Efficiency {
  readonly doctorId: string;
  readonly consultations: number;
  /** Seconds, rounded; null where there is nothing to take the average of. */
  readonly averageWaitSeconds: number | null;
  readonly averageConsultationSeconds: number | null;
}

interface Row {
  readonly doctorId: string;
  readonly consultations: string;
  readonly waited: string | null;
  readonly lasted: string | null;
}

const FIGURES = `doctor_id AS doctorId, COUNT(*) AS consultations, AVG(waited_seconds) AS waited,
  AVG(lasted_seconds) AS lasted`;

export class EncounterStore {
  readonly #db: Db;
  readonly byDoctor: BatchRead<InRange, Efficiency>;

  constructor(db: Db) {
    this.#db = db;
    this.byDoctor = {
      name: 'encounter.byDoctor',
      read: async (keys) => {
        const known = new Map<string, Efficiency>();
        for (const { range, ids } of byRange(keys)) {
          for (const row of await this.#of(range, ids)) {
            known.set(`${range.from}/${range.to}/${row.doctorId}`, figures(row));
          }
        }
        return keys.map(({ from, to, id }) => known.get(`${from}/${to}/${id}`) ?? nothing(id));
      },
    };
  }

  async begin({ manager }: Tx, fact: Omit<EncounterFact, 'lastedSeconds'>): Promise<void> {
    await manager.upsert(EncounterFact, fact, ['id']);
  }

  /** Adds how long it lasted; one whose beginning was not told gets its row now. */
  async end({ manager }: Tx, fact: Omit<EncounterFact, 'waitedSeconds'>): Promise<void> {
    await manager.upsert(EncounterFact, fact, ['id']);
  }

  /** The doctors with the most consultations first. */
  async busiest({ from, to }: DayRange, limit: number): Promise<Efficiency[]> {
    const rows = await this.#db.read<Row[]>((manager) =>
      manager.query(
        `SELECT ${FIGURES} FROM encounter_fact WHERE day BETWEEN ? AND ?
         GROUP BY doctor_id ORDER BY COUNT(*) DESC, doctor_id LIMIT ?`,
        [from, to, limit],
      ),
    );
    return rows.map(figures);
  }

  async #of({ from, to }: DayRange, doctorIds: string[]): Promise<Row[]> {
    return this.#db.read((manager) =>
      manager.query(
        `SELECT ${FIGURES} FROM encounter_fact WHERE doctor_id IN (?) AND day BETWEEN ? AND ?
         GROUP BY doctor_id`,
        [doctorIds, from, to],
      ),
    );
  }
}

const seconds = (average: string | null) => (average === null ? null : Math.round(Number(average)));

function figures({ doctorId, consultations, waited, lasted }: Row): Efficiency {
  return {
    doctorId,
    consultations: Number(consultations),
    averageWaitSeconds: seconds(waited),
    averageConsultationSeconds: seconds(lasted),
  };
}

function nothing(doctorId: string): Efficiency {
  return { doctorId, consultations: 0, averageWaitSeconds: null, averageConsultationSeconds: null };
}
