import { In } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Department } from './department.entity.ts';

export class DepartmentStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Department>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'department.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Department, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** As the primary knows it: for a decision. */
  async exists(id: string): Promise<boolean> {
    return this.#db.readPrimary((manager) => manager.existsBy(Department, { id }));
  }

  /** The whole catalogue, in the order of its codes. */
  async all(): Promise<Department[]> {
    return this.#db.read((manager) => manager.find(Department, { order: { code: 'ASC' } }));
  }
}
