import { In, MoreThan } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Hospital } from './hospital.entity.ts';

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
}
