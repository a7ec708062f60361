import { In, LessThan, MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import type { PhoneBook } from '../invitation/phone-book.ts';
import { PatientTransfer, PatientTransferStatus } from './transfer.entity.ts';

const { PENDING, ACCEPTED, CANCELLED } = PatientTransferStatus;

/** Rows of transfers, their numbers in clear on this side alone. */
export class TransferStore {
  readonly #db: Db;
  readonly #phones: PhoneBook;

  constructor(db: Db, phones: PhoneBook) {
    this.#db = db;
    this.#phones = phones;
  }

  async find(id: string): Promise<PatientTransfer | null> {
    const row = await this.#db.readPrimary((manager) => manager.findOneBy(PatientTransfer, { id }));
    return row && this.#open(row);
  }

  /** Offers by and to an account that are open, the newest first, those before `before`. */
  async pageFor(
    { accountId, phones }: { readonly accountId: string; readonly phones: readonly string[] },
    before: string | undefined,
    limit: number,
  ): Promise<PatientTransfer[]> {
    const earlier = () => (before === undefined ? {} : { id: LessThan(before) });
    const rows = await this.#db.readPrimary((manager) =>
      manager.find(PatientTransfer, {
        where: [
          { fromAccountId: accountId, status: PENDING, ...earlier() },
          { toIndex: In([...phones]), status: PENDING, ...earlier() },
        ],
        order: { id: 'DESC' },
        take: limit,
      }),
    );
    return rows.map((row) => this.#open(row));
  }

  async insert({ manager }: Tx, transfer: PatientTransfer): Promise<void> {
    const toPhone = this.#phones.seal(transfer.toPhone, 'patient_transfer', transfer.id);
    await manager.insert(PatientTransfer, Object.assign(new PatientTransfer(), transfer, { toPhone }));
  }

  async isOpen({ manager }: Tx, id: string, at: Date): Promise<boolean> {
    return manager.existsBy(PatientTransfer, { id, status: PENDING, expiresAt: MoreThan(at) });
  }

  /** @returns whether it was still offered */
  async accept({ manager }: Tx, id: string, toAccountId: string, at: Date): Promise<boolean> {
    const offered = { id, status: PENDING, expiresAt: MoreThan(at) };
    const { affected } = await manager.update(PatientTransfer, offered, {
      status: ACCEPTED,
      toAccountId,
      endedAt: at,
    });
    return affected === 1;
  }

  /** @returns whether it was still offered */
  async end({ manager }: Tx, id: string, status: PatientTransferStatus, at: Date): Promise<boolean> {
    const { affected } = await manager.update(
      PatientTransfer,
      { id, status: PENDING },
      { status, endedAt: at },
    );
    return affected === 1;
  }

  /** Takes back what is offered of a patient. */
  async endAll({ manager }: Tx, patientId: string, at: Date): Promise<void> {
    await manager.update(PatientTransfer, { patientId, status: PENDING }, { status: CANCELLED, endedAt: at });
  }

  #open(row: PatientTransfer): PatientTransfer {
    const toPhone = this.#phones.open(row.toPhone, 'patient_transfer', row.id);
    return Object.assign(new PatientTransfer(), row, { toPhone });
  }
}
