import { In } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Pharmacist } from './pharmacist.entity.ts';

export class PharmacistStore {
  readonly byId: BatchRead<string, Pharmacist>;

  constructor(db: Db) {
    this.byId = {
      name: 'pharmacist.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Pharmacist, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }
}
