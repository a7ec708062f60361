import { In } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Account } from './account.entity.ts';

export class AccountStore {
  readonly byId: BatchRead<string, Account>;

  constructor(db: Db) {
    this.byId = {
      name: 'account.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Account, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }
}
