import type { Db, Tx } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { byRange, type DayRange, type InRange } from '../range/day-range.ts';
import { VisitFact } from './visit-fact.entity.ts';

const MICRO = 1_000_000;
/** As many cells as a map can show. */
const MOST_CELLS = 5000;

export interface Place {
  /** Degrees, WGS-84. */
  readonly latitude: number;
  readonly longitude: number;
}

export interface CellOfVisits extends Place {
  readonly visits: number;
}

export class VisitStore {
  readonly #db: Db;
  /** How many visits a hospital had in a range of days. */
  readonly countByHospital: BatchRead<InRange, number>;

  constructor(db: Db) {
    this.#db = db;
    this.countByHospital = {
      name: 'visit.countByHospital',
      read: async (keys) => {
        const counts = new Map<string, number>();
        for (const { range, ids } of byRange(keys)) {
          for (const { hospitalId, visits } of await this.#countOf(range, ids)) {
            counts.set(`${range.from}/${range.to}/${hospitalId}`, Number(visits));
          }
        }
        return keys.map(({ from, to, id }) => counts.get(`${from}/${to}/${id}`) ?? 0);
      },
    };
  }

  async put({ manager }: Tx, fact: Omit<VisitFact, 'northMicro' | 'eastMicro'> & Place): Promise<void> {
    const { latitude, longitude, ...rest } = fact;
    const place = { northMicro: micro(latitude + 90), eastMicro: micro(longitude + 180) };
    await manager.upsert(VisitFact, { ...rest, ...place }, ['id']);
  }

  async remove({ manager }: Tx, id: string): Promise<void> {
    await manager.delete(VisitFact, { id });
  }

  /**
   * The visits by cells of a grid, the most first, each by its middle. Cells with fewer different patients are left
   * out: of a few people it could be told who was where.
   */
  async cells({ from, to }: DayRange, cellDegrees: number, minPatients: number): Promise<CellOfVisits[]> {
    const cell = micro(cellDegrees);
    const rows = await this.#db.read<{ north: string; east: string; visits: string }[]>((manager) =>
      manager.query(
        `SELECT north_micro DIV ? AS north, east_micro DIV ? AS east, COUNT(*) AS visits
         FROM visit_fact WHERE day BETWEEN ? AND ?
         GROUP BY north, east HAVING COUNT(DISTINCT patient) >= ?
         ORDER BY visits DESC, north, east LIMIT ?`,
        [cell, cell, from, to, minPatients, MOST_CELLS],
      ),
    );
    const middle = (index: string, zero: number) => Math.round((Number(index) + 0.5) * cell) / MICRO - zero;
    return rows.map(({ north, east, visits }) => ({
      latitude: rounded(middle(north, 90)),
      longitude: rounded(middle(east, 180)),
      visits: Number(visits),
    }));
  }

  async #countOf({ from, to }: DayRange, ids: string[]): Promise<{ hospitalId: string; visits: string }[]> {
    return this.#db.read((manager) =>
      manager.query(
        `SELECT hospital_id AS hospitalId, COUNT(*) AS visits FROM visit_fact
         WHERE hospital_id IN (?) AND day BETWEEN ? AND ? GROUP BY hospital_id`,
        [ids, from, to],
      ),
    );
  }
}

const micro = (degrees: number) => Math.round(degrees * MICRO);
const rounded = (degrees: number) => micro(degrees) / MICRO;
