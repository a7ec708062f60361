import { In, MoreThan } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Doctor } from './doctor.entity.ts';

export class DoctorStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Doctor>;
  readonly byAccount: BatchRead<string, Doctor>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'doctor.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Doctor, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.byAccount = {
      name: 'doctor.byAccount',
      read: async (accountIds) => {
        const rows = await db.read((manager) => manager.findBy(Doctor, { accountId: In([...accountIds]) }));
        return inOrder(accountIds, rows, (row) => row.accountId);
      },
    };
  }

  /** At most `limit` doctors in the order of their ids, those after `after`. */
  async page(after: string | undefined, limit: number): Promise<Doctor[]> {
    return this.#db.read((manager) =>
      manager.find(Doctor, {
        ...(after !== undefined && { where: { id: MoreThan(after) } }),
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }
}
