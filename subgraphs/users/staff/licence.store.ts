import { In, MoreThan, type FindOptionsWhere } from 'typeorm';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { isDuplicate } from '../../../shared/db/db-errors.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { LicenceKind, LicenceStatus, StaffLicence } from './licence.entity.ts';

export interface LicenceProtection {
  /** Of licence numbers. */
  readonly index: BlindIndex;
  readonly cipher: FieldCipher;
}

/** What of a row is encrypted, each bound to its table, column and row. */
const SEALED = {
  name: 'name',
  licenceNumber: 'licence_number',
  qualificationNumber: 'qualification_number',
  reason: 'reason',
} as const;

export interface LicenceQuery {
  readonly status: LicenceStatus | undefined;
  readonly kind: LicenceKind | undefined;
  /** Undefined for every institution. */
  readonly institutionIds: readonly string[] | undefined;
  /** The business day by which the state is told. */
  readonly today: string;
}

/** Rows of licences; what is sealed in them is in clear on this side alone. */
export class LicenceStore {
  readonly #db: Db;
  readonly #protection: LicenceProtection;
  readonly byId: BatchRead<string, StaffLicence>;
  /** All licences of an account, the oldest first. */
  readonly ofAccounts: BatchRead<string, StaffLicence[]>;
  /** The licence of a doctor by the account. */
  readonly ofDoctor: BatchRead<string, StaffLicence>;

  constructor(db: Db, protection: LicenceProtection) {
    this.#db = db;
    this.#protection = protection;
    this.byId = {
      name: 'licence.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(StaffLicence, { id: In([...ids]) }));
        return inOrder(ids, this.#openAll(rows), (row) => row.id);
      },
    };
    this.ofAccounts = {
      name: 'licence.ofAccounts',
      read: async (accountIds) => {
        const rows = await db.read((manager) =>
          manager.find(StaffLicence, { where: { accountId: In([...accountIds]) }, order: { id: 'ASC' } }),
        );
        const licences = this.#openAll(rows);
        return accountIds.map((accountId) => licences.filter((each) => each.accountId === accountId));
      },
    };
    this.ofDoctor = {
      name: 'licence.ofDoctor',
      read: async (accountIds) => {
        const rows = await db.read((manager) =>
          manager.findBy(StaffLicence, { accountId: In([...accountIds]), kind: LicenceKind.DOCTOR }),
        );
        return inOrder(accountIds, this.#openAll(rows), (row) => row.accountId);
      },
    };
  }

  async ofAccount(accountId: string): Promise<StaffLicence[]> {
    const rows = await this.#db.read((manager) =>
      manager.find(StaffLicence, { where: { accountId }, order: { id: 'ASC' } }),
    );
    return this.#openAll(rows);
  }

  /** At most `limit` licences in the order of their ids, those after `after`. */
  async page(query: LicenceQuery, after: string | undefined, limit: number): Promise<StaffLicence[]> {
    const { status, kind, institutionIds, today } = query;
    const rows = await this.#db.read((manager) => {
      const builder = manager
        .createQueryBuilder(StaffLicence, 'licence')
        .where({
          ...(kind !== undefined && { kind }),
          ...(institutionIds !== undefined && { institutionId: In([...institutionIds]) }),
          ...(after !== undefined && { id: MoreThan(after) }),
        })
        .orderBy('licence.id', 'ASC')
        .take(limit);
      if (status !== undefined)
        builder.andWhere(STATES[status] ?? 'licence.status = :status', { status, today });
      return builder.getMany();
    });
    return this.#openAll(rows);
  }

  /** What identifies a number without showing it; numbers of different professions are different. */
  indexOf(licenceNumber: string): string {
    return this.#protection.index.of(licenceNumber);
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, where: FindOptionsWhere<StaffLicence>): Promise<StaffLicence | null> {
    const row = await manager.findOne(StaffLicence, { where, lock: { mode: 'pessimistic_write' } });
    return row && this.#open(row);
  }

  async exists({ manager }: Tx, where: FindOptionsWhere<StaffLicence>): Promise<boolean> {
    return manager.existsBy(StaffLicence, where);
  }

  /** @throws AppError LICENCE_EXISTS for a number that somebody else has applied with */
  async insert({ manager }: Tx, licence: StaffLicence): Promise<void> {
    await manager.insert(StaffLicence, this.#seal(licence)).catch(rethrow);
  }

  /** Writes a licence over the version before. @throws AppError VERSION_CONFLICT, LICENCE_EXISTS */
  async update({ manager }: Tx, licence: StaffLicence): Promise<void> {
    const { id, version } = licence;
    const { affected } = await manager
      .update(StaffLicence, { id, version: version - 1 }, this.#seal(licence))
      .catch(rethrow);
    if (affected !== 1) throw new AppError('VERSION_CONFLICT');
  }

  /** Licences that count as valid though their last day is over. */
  async overdue(today: string, limit: number): Promise<Pick<StaffLicence, 'id' | 'version'>[]> {
    return this.#db.readPrimary((manager) =>
      manager
        .createQueryBuilder(StaffLicence, 'licence')
        .select(['licence.id', 'licence.version'])
        .where('licence.status = :status AND licence.valid_until < :today', {
          status: LicenceStatus.APPROVED,
          today,
        })
        .take(limit)
        .getMany(),
    );
  }

  /** @returns false when it was changed in the meantime */
  async markExpired(
    { manager }: Tx,
    { id, version }: Pick<StaffLicence, 'id' | 'version'>,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      StaffLicence,
      { id, version, status: LicenceStatus.APPROVED },
      { status: LicenceStatus.EXPIRED, version: version + 1 },
    );
    return affected === 1;
  }

  #seal(licence: StaffLicence): StaffLicence {
    const { cipher } = this.#protection;
    return mapped(licence, (text, place) => cipher.encrypt(text, place));
  }

  /** @throws AppError DECRYPT_FAILED */
  #open(row: StaffLicence): StaffLicence {
    const { cipher } = this.#protection;
    return mapped(row, (text, place) => cipher.decrypt(text, place));
  }

  #openAll(rows: StaffLicence[]): StaffLicence[] {
    return rows.map((row) => this.#open(row));
  }
}

/** States that the day decides; the others are as they are written. */
const STATES: Partial<Record<LicenceStatus, string>> = {
  APPROVED: 'licence.status = :status AND (licence.valid_until IS NULL OR licence.valid_until >= :today)',
  EXPIRED: "(licence.status = :status OR (licence.status = 'APPROVED' AND licence.valid_until < :today))",
};

type Change = (text: string, place: Parameters<FieldCipher['encrypt']>[1]) => string;

function mapped(licence: StaffLicence, change: Change): StaffLicence {
  const changed: Partial<Record<keyof typeof SEALED, string>> = {};
  for (const field of Object.keys(SEALED) as (keyof typeof SEALED)[]) {
    const text = licence[field];
    const place = { table: 'staff_licence', column: SEALED[field], rowId: licence.id };
    if (text !== null) changed[field] = change(text, place);
  }
  return Object.assign(new StaffLicence(), licence, changed);
}

function rethrow(error: unknown): never {
  throw isDuplicate(error) ? new AppError('LICENCE_EXISTS') : error;
}
