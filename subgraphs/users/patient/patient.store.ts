import { type FindOptionsWhere, In } from 'typeorm';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { HealthArchive } from '../archive/archive.entity.ts';
import { Patient } from './patient.entity.ts';

export interface PatientProtection {
  /** Of identity numbers. */
  readonly index: BlindIndex;
  readonly cipher: FieldCipher;
}

/** What of a row is encrypted, each bound to its table, column and row. */
const SEALED = { name: 'name', identityNumber: 'identity_number', phone: 'phone' } as const;

/** Rows of patients; what is sealed in them is in clear on this side alone. */
export class PatientStore {
  readonly #db: Db;
  readonly #protection: PatientProtection;
  readonly byId: BatchRead<string, Patient>;

  constructor(db: Db, protection: PatientProtection) {
    this.#db = db;
    this.#protection = protection;
    this.byId = {
      name: 'patient.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Patient, { id: In([...ids]) }));
        return inOrder(
          ids,
          rows.map((row) => this.#open(row)),
          (row) => row.id,
        );
      },
    };
  }

  async ofAccount(accountId: string): Promise<Patient[]> {
    const rows = await this.#db.read((manager) =>
      manager.find(Patient, { where: { accountId }, order: { id: 'ASC' } }),
    );
    return rows.map((row) => this.#open(row));
  }

  /** As it stands on the primary. */
  async findLatest(id: string): Promise<Patient | null> {
    const row = await this.#db.readPrimary((manager) => manager.findOneBy(Patient, { id }));
    return row && this.#open(row);
  }

  /** What identifies an identity number without showing it. */
  indexOf(identityNumber: string): string {
    return this.#protection.index.of(identityNumber);
  }

  /** Whether an account has a patient with this identity number already, under whichever key it was written. */
  async hasPerson({ manager }: Tx, accountId: string, identityNumber: string): Promise<boolean> {
    const identityIndex = In(this.#protection.index.candidates(identityNumber));
    return manager.existsBy(Patient, { accountId, identityIndex });
  }

  async exists({ manager }: Tx, where: FindOptionsWhere<Patient>): Promise<boolean> {
    return manager.existsBy(Patient, where);
  }

  async count({ manager }: Tx, accountId: string): Promise<number> {
    return manager.countBy(Patient, { accountId });
  }

  /** Puts in a patient with the first version of the archive. */
  async insert({ manager }: Tx, patient: Patient, archive: HealthArchive): Promise<void> {
    await manager.insert(Patient, this.#seal(patient));
    await manager.insert(HealthArchive, archive);
  }

  #seal(patient: Patient): Patient {
    const { cipher } = this.#protection;
    return this.#mapped(patient, (text, place) => cipher.encrypt(text, place));
  }

  /** @throws AppError DECRYPT_FAILED */
  #open(row: Patient): Patient {
    const { cipher } = this.#protection;
    return this.#mapped(row, (text, place) => cipher.decrypt(text, place));
  }

  #mapped(patient: Patient, change: (text: string, place: Parameters<FieldCipher['encrypt']>[1]) => string) {
    const changed: Partial<Record<keyof typeof SEALED, string>> = {};
    for (const field of Object.keys(SEALED) as (keyof typeof SEALED)[]) {
      const text = patient[field];
      const place = { table: 'patient', column: SEALED[field], rowId: patient.id };
      if (text !== null) changed[field] = change(text, place);
    }
    return Object.assign(new Patient(), patient, changed);
  }
}
