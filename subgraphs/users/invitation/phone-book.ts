import { type EntityManager, In } from 'typeorm';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { Identity, IdentityKind } from '../login/identity.entity.ts';

type Table = 'patient_share' | 'patient_transfer';

/** To whom something is offered, by phone number: whether a number has an account is never told. */
export class PhoneBook {
  readonly #index: BlindIndex;
  readonly #cipher: FieldCipher;
  /** Blind indexes of the numbers of accounts, by each key under which an invitation may have been written. */
  readonly indexes: BatchRead<string, string[]>;

  /** @param index that of phones in the identities of accounts */
  constructor(db: Db, index: BlindIndex, cipher: FieldCipher) {
    this.#index = index;
    this.#cipher = cipher;
    this.indexes = {
      name: 'identity.phoneIndexes',
      read: async (accountIds) => {
        const rows = await db.readPrimary((manager) => phonesOf(manager, accountIds));
        return accountIds.map((id) =>
          rows.filter((row) => row.accountId === id).flatMap((row) => this.#indexesOf(row)),
        );
      },
    };
  }

  /** @param phone E.164 */
  indexOf(phone: string): string {
    return this.#index.of(phone);
  }

  /** Under whichever key an invitation to the number was written. @param phone E.164 */
  candidatesOf(phone: string): string[] {
    return this.#index.candidates(phone);
  }

  seal(phone: string, table: Table, rowId: string): string {
    return this.#cipher.encrypt(phone, { table, column: 'to_phone', rowId });
  }

  /** @throws AppError DECRYPT_FAILED */
  open(sealed: string, table: Table, rowId: string): string {
    return this.#cipher.decrypt(sealed, { table, column: 'to_phone', rowId });
  }

  /** Whether a number is one by which the account logs in. */
  async isNumberOf(manager: EntityManager, accountId: string, index: string): Promise<boolean> {
    const rows = await phonesOf(manager, [accountId]);
    return rows.some((row) => this.#indexesOf(row).includes(index));
  }

  #indexesOf({ id, subject }: Identity): string[] {
    const place = { table: 'identity', column: 'subject', rowId: id };
    return this.#index.candidates(this.#cipher.decrypt(subject, place));
  }
}

async function phonesOf(manager: EntityManager, accountIds: readonly string[]): Promise<Identity[]> {
  return manager.findBy(Identity, { accountId: In([...accountIds]), kind: IdentityKind.SMS });
}
