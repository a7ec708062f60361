import { type EntityManager, In, MoreThan, type SelectQueryBuilder } from 'typeorm';
import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Doctor } from './doctor.entity.ts';

/** With a licence that is valid today, and an account that may be used. */
const PRACTISING = `
  EXISTS (SELECT 1 FROM staff_licence licence
    WHERE licence.account_id = doctor.account_id AND licence.kind = 'DOCTOR' AND licence.status = 'APPROVED'
      AND (licence.valid_until IS NULL OR licence.valid_until >= :today))
  AND EXISTS (SELECT 1 FROM account WHERE account.id = doctor.account_id AND account.status = 'ACTIVE')`;

export class DoctorStore {
  readonly #db: Db;
  readonly #now: () => Date;
  /** Whoever is or was one: what was done by a doctor keeps its name. */
  readonly byId: BatchRead<string, Doctor>;
  /** Who may practise now. */
  readonly practisingById: BatchRead<string, Doctor>;
  /** Who may practise now. */
  readonly byAccount: BatchRead<string, Doctor>;

  constructor(db: Db, now: () => Date) {
    this.#db = db;
    this.#now = now;
    this.byId = {
      name: 'doctor.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Doctor, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.practisingById = {
      name: 'doctor.practisingById',
      read: async (ids) => {
        const rows = await db.read((manager) => this.#practising(manager, { id: In([...ids]) }).getMany());
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.byAccount = {
      name: 'doctor.byAccount',
      read: async (accountIds) => {
        const rows = await db.read((manager) =>
          this.#practising(manager, { accountId: In([...accountIds]) }).getMany(),
        );
        return inOrder(accountIds, rows, (row) => row.accountId);
      },
    };
  }

  /** At most `limit` doctors who may practise now, in the order of their ids, those after `after`. */
  async page(after: string | undefined, limit: number): Promise<Doctor[]> {
    return this.#db.read((manager) =>
      this.#practising(manager, after === undefined ? {} : { id: MoreThan(after) })
        .orderBy('doctor.id', 'ASC')
        .take(limit)
        .getMany(),
    );
  }

  #practising(manager: EntityManager, where: object): SelectQueryBuilder<Doctor> {
    return manager
      .createQueryBuilder(Doctor, 'doctor')
      .where(where)
      .andWhere(PRACTISING, { today: businessDay(this.#now()) });
  }
}
