import type { EntityManager } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { DataSubject, PersonalSource } from '../../../shared/privacy/personal-source.ts';

export interface Erasing extends DataSubject {
  readonly tx: Tx;
  readonly cipher: FieldCipher;
  readonly now: Date;
}

/** A table of users that holds something of persons, with what becomes of it when the person has it erased. */
export interface UsersSource extends PersonalSource {
  /** Not in exports, since there is nothing in it to read. */
  readonly isHidden?: true;
  /** Keys of the files that belong to the rows: they go before the rows do. */
  readonly filesOf?: (manager: EntityManager, subject: DataSubject) => Promise<string[]>;
  /**
   * `delete` takes the rows away, some at a time; `keep` leaves them, for the reason in `why`; a function changes them
   * in one transaction, and must be able to run again.
   */
  readonly erase: 'delete' | 'keep' | ((erasing: Erasing) => Promise<void>);
  readonly why?: string;
}

export const OF_ACCOUNT = 'account_id = :account';
export const OF_PATIENTS = 'patient_id IN :patients';

/** What stands in the place of the name of somebody who is gone. */
export const ERASED_NAME = '已注销用户';
