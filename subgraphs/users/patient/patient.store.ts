import { type FindOperator, type FindOptionsWhere, In, IsNull } from 'typeorm';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { sealed } from '../archive/archive-content.ts';
import { HealthArchive } from '../archive/archive.entity.ts';
import { nameKey } from './name-key.ts';
import { Patient, PatientStatus } from './patient.entity.ts';
import { PatientVersion } from './patient-version.entity.ts';

export interface PatientProtection {
  /** Of identity numbers. */
  readonly index: BlindIndex;
  /** Of names, by `nameKey`. */
  readonly names: BlindIndex;
  /** Of phones. */
  readonly phones: BlindIndex;
  readonly cipher: FieldCipher;
}

/** What of a row is encrypted, each bound to its table, column and row. */
const SEALED = { name: 'name', identityNumber: 'identity_number', phone: 'phone' } as const;

/** Rows that one step of a change of all rows takes. */
const BATCH = 200;

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
        // Who speaks for a patient decides what is seen: a replica that lags would let in whoever did so before.
        const rows = await db.readPrimary((manager) => manager.findBy(Patient, { id: In([...ids]) }));
        return inOrder(
          ids,
          rows.map((row) => this.#open(row)),
          (row) => row.id,
        );
      },
    };
  }

  /** Those on the list of an account. */
  async ofAccount(accountId: string): Promise<Patient[]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.find(Patient, { where: { accountId, status: PatientStatus.ACTIVE }, order: { id: 'ASC' } }),
    );
    return rows.map((row) => this.#open(row));
  }

  /** As it stands on the primary. */
  async findLatest(id: string): Promise<Patient | null> {
    const row = await this.#db.readPrimary((manager) => manager.findOneBy(Patient, { id }));
    return row && this.#open(row);
  }

  /**
   * Makes rows that an earlier release wrote findable by name and phone, while everything runs. Each batch is committed
   * by itself, so it can be stopped and begun again at any time.
   * @returns how many rows it went through
   */
  async indexOld(): Promise<number> {
    for (let count = 0; ;) {
      const done = await this.#db.transaction(async ({ manager }) => {
        const lock = { mode: 'pessimistic_write' } as const;
        const rows = await manager.find(Patient, { where: { nameIndex: IsNull() }, take: BATCH, lock });
        for (const row of rows) await manager.update(Patient, { id: row.id }, this.#found(this.#open(row)));
        return rows.length;
      });
      count += done;
      if (done < BATCH) return count;
    }
  }

  /** What identifies an identity number without showing it. */
  indexOf(identityNumber: string): string {
    return this.#protection.index.of(identityNumber);
  }

  /** By which a row with an identity number is found, under whichever key it was written. */
  candidatesOf(identityNumber: string): FindOperator<string> {
    return In(this.#protection.index.candidates(identityNumber));
  }

  async exists({ manager }: Tx, where: FindOptionsWhere<Patient>): Promise<boolean> {
    return manager.existsBy(Patient, where);
  }

  /** How many are on the list of an account. */
  async count({ manager }: Tx, accountId: string): Promise<number> {
    return manager.countBy(Patient, { accountId, status: PatientStatus.ACTIVE });
  }

  /** The person of an identity number among those that an account has or had. */
  async findPerson({ manager }: Tx, accountId: string, identityNumber: string): Promise<Patient | null> {
    const identityIndex = this.candidatesOf(identityNumber);
    const row = await manager.findOneBy(Patient, { accountId, identityIndex });
    return row && this.#open(row);
  }

  /** Whether the person of an identity number is among those that an account has or had. */
  async hasPerson(accountId: string, identityNumber: string): Promise<boolean> {
    return this.#db.readPrimary((manager) =>
      manager.existsBy(Patient, { accountId, identityIndex: this.candidatesOf(identityNumber) }),
    );
  }

  async identityNumberOf({ manager }: Tx, id: string): Promise<string | null> {
    const row = await manager.findOneBy(Patient, { id });
    return row && this.#open(row).identityNumber;
  }

  /** A patient, held until the end of the transaction. */
  async lock({ manager }: Tx, id: string): Promise<Patient | null> {
    const row = await manager.findOne(Patient, { where: { id }, lock: { mode: 'pessimistic_write' } });
    return row && this.#open(row);
  }

  /**
   * Puts a changed patient in the place of the one before, which is kept beside it.
   * @param before as it was locked @param changed its next version @returns whether the one before was still there
   */
  async replace(
    { manager }: Tx,
    before: Patient,
    changed: Patient,
    by: { readonly changedBy: string; readonly changedAt: Date },
  ): Promise<boolean> {
    const sealed = this.#seal(changed);
    const { id, accountId, selfOf, relation, name, sex, birthDate, status, version } = sealed;
    const { identityNumber, identityIndex, phone, nameIndex, phoneIndex } = sealed;
    const { affected } = await manager.update(
      Patient,
      { id, version: before.version },
      {
        accountId,
        selfOf,
        relation,
        name,
        sex,
        birthDate,
        status,
        version,
        identityNumber,
        identityIndex,
        phone,
        nameIndex,
        phoneIndex,
      },
    );
    if (affected !== 1) return false;
    const versionId = newId('ptv');
    const place = { table: 'patient_version', column: 'data', rowId: versionId };
    await manager.insert(PatientVersion, {
      id: versionId,
      patientId: id,
      version: before.version,
      data: this.#protection.cipher.encrypt(dataOf(before), place),
      ...by,
    });
    return true;
  }

  /** Puts in a patient with the first version of the archive. */
  async insert({ manager }: Tx, patient: Patient, archive: HealthArchive): Promise<void> {
    await manager.insert(Patient, this.#seal(patient));
    await manager.insert(HealthArchive, sealed(archive, this.#protection.cipher));
  }

  #seal(patient: Patient): Patient {
    const { cipher } = this.#protection;
    const sealed = this.#mapped(patient, (text, place) => cipher.encrypt(text, place));
    return Object.assign(sealed, this.#found(patient));
  }

  /** @throws AppError DECRYPT_FAILED */
  #open(row: Patient): Patient {
    const { cipher } = this.#protection;
    return this.#mapped(row, (text, place) => cipher.decrypt(text, place));
  }

  /** By what it is found, from what is in clear. */
  #found({
    name,
    phone,
  }: Pick<Patient, 'name' | 'phone'>): Required<Pick<Patient, 'nameIndex' | 'phoneIndex'>> {
    const { names, phones } = this.#protection;
    return { nameIndex: names.of(nameKey(name)), phoneIndex: phone === null ? null : phones.of(phone) };
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

function dataOf({ name, relation, identityNumber, birthDate, sex, phone }: Patient): string {
  return JSON.stringify({ name, relation, identityNumber, birthDate, sex, phone });
}
