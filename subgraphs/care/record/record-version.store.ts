import type { EntityManager } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { SignatureOf } from '../signing/document-signer.ts';
import type { RecordDocument } from './record-content.ts';
import type { MedicalRecordVersion } from './record-version.types.ts';

interface Row {
  readonly id: string;
  readonly record_id: string;
  readonly number: number;
  readonly content: string;
  readonly hash: string;
  readonly signature_algorithm: string;
  readonly signature_key_id: string;
  readonly signature_value: string;
  readonly signed_at: Date;
}

const contentPlace = (rowId: string) => ({ table: 'medical_record_version', column: 'content', rowId });

/** The signed versions, in a table that the application may only insert into and read. */
export class RecordVersionStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly #table: string;
  readonly byRecord: BatchRead<string, MedicalRecordVersion[]>;

  /** @param schema the one where the application may only insert and read. */
  constructor(db: Db, cipher: FieldCipher, schema: string) {
    this.#db = db;
    this.#cipher = cipher;
    this.#table = `\`${schema}\`.medical_record_version`;
    this.byRecord = { name: 'medicalRecordVersion.byRecord', read: (ids) => this.#ofRecords(ids) };
  }

  /** @param text the canonical JSON of the document, kept as it was signed. */
  async insert(
    { manager }: Tx,
    document: RecordDocument,
    text: string,
    hash: string,
    signature: SignatureOf,
  ): Promise<void> {
    const id = newId('rcv');
    await manager.query(
      `INSERT INTO ${this.#table} (id, record_id, number, author_account_id, content, hash, signature_algorithm,
         signature_key_id, signature_value, signed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        id,
        document.recordId,
        document.number,
        document.authorAccountId,
        this.#cipher.encrypt(text, contentPlace(id)),
        hash,
        signature.algorithm,
        signature.keyId,
        signature.value,
        new Date(document.signedAt),
      ],
    );
  }

  /** The latest version of each record, by the record's id; from the primary for a decision. */
  async latest(
    recordIds: readonly string[],
    from: 'replica' | 'primary' = 'replica',
  ): Promise<Map<string, MedicalRecordVersion>> {
    const versions = await this.#rows(
      recordIds,
      `AND number = (SELECT MAX(later.number) FROM ${this.#table} later WHERE later.record_id = v.record_id)`,
      from,
    );
    return new Map(versions.map((row) => [row.record_id, this.#open(row)]));
  }

  async #ofRecords(recordIds: readonly string[]): Promise<MedicalRecordVersion[][]> {
    const rows = await this.#rows(recordIds, '', 'replica');
    return recordIds.map((id) => rows.filter((row) => row.record_id === id).map((row) => this.#open(row)));
  }

  async #rows(recordIds: readonly string[], condition: string, from: 'replica' | 'primary'): Promise<Row[]> {
    if (recordIds.length === 0) return [];
    const ask = (manager: EntityManager) =>
      manager.query<Row[]>(
        `SELECT id, record_id, number, content, hash, signature_algorithm, signature_key_id, signature_value,
           signed_at
         FROM ${this.#table} v WHERE record_id IN (?) ${condition} ORDER BY record_id, number`,
        [[...recordIds]],
      );
    return from === 'primary' ? this.#db.readPrimary(ask) : this.#db.read(ask);
  }

  #open(row: Row): MedicalRecordVersion {
    const signedDocument = this.#cipher.decrypt(row.content, contentPlace(row.id));
    const document = JSON.parse(signedDocument) as RecordDocument;
    const { number, reason, chiefComplaint, presentIllness, examination, diagnoses, plan, doctorId } =
      document;
    return {
      number,
      reason,
      chiefComplaint,
      presentIllness,
      examination,
      diagnoses,
      plan,
      doctorId,
      signedAt: row.signed_at,
      signature: {
        algorithm: row.signature_algorithm,
        keyId: row.signature_key_id,
        hash: row.hash,
        value: row.signature_value,
      },
      signedDocument,
    };
  }
}
