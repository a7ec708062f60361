import { In, MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { boxAround, type Point } from './geo-point.ts';
import { Hospital } from './hospital.entity.ts';
import { NearbyHospital } from './nearby-hospital.ts';

export class HospitalStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Hospital>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'hospital.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Hospital, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** As the primary knows it: for a decision. */
  async exists(id: string): Promise<boolean> {
    return this.#db.readPrimary((manager) => manager.existsBy(Hospital, { id }));
  }

  /** At most `limit` hospitals in the order of their ids, those after `after`, of one city if given. */
  async page(
    filter: { city?: string | undefined },
    after: string | undefined,
    limit: number,
  ): Promise<Hospital[]> {
    return this.#db.read((manager) =>
      manager.find(Hospital, {
        where: {
          ...(filter.city !== undefined && { city: filter.city }),
          ...(after !== undefined && { id: MoreThan(after) }),
        },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }

  /** @throws EntityNotFoundError */
  async get({ manager }: Tx, id: string): Promise<Hospital> {
    return manager.findOneByOrFail(Hospital, { id });
  }

  /** Hospitals within a distance, the nearest first. @param metres radius */
  async near(point: Point, metres: number, limit: number): Promise<NearbyHospital[]> {
    const { south, north, west, east } = boxAround(point, metres);
    const rows = await this.#db.read((manager) =>
      manager.query<{ id: string; metres: string }[]>(
        `SELECT id, ROUND(ST_Distance_Sphere(POINT(longitude, latitude), POINT(?, ?))) AS metres FROM hospital
         WHERE latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?
         HAVING metres <= ? ORDER BY metres, id LIMIT ?`,
        [point.longitude, point.latitude, south, north, west, east, metres, limit],
      ),
    );
    return rows.map(({ id, metres }) =>
      Object.assign(new NearbyHospital(), { hospitalId: id, distanceMetres: Number(metres) }),
    );
  }
}
