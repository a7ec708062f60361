import { In } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { MedicalRecord, MedicalRecordStatus } from './medical-record.entity.ts';
import type { RecordContent } from './record-content.ts';

const draftPlace = (rowId: string) => ({ table: 'medical_record', column: 'draft', rowId });

/** Records and their drafts. There is no deleting, and no change of one that is not the draft that was read. */
export class RecordStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;

  constructor(db: Db, cipher: FieldCipher) {
    this.#db = db;
    this.#cipher = cipher;
  }

  async some(ids: readonly string[]): Promise<MedicalRecord[]> {
    return this.#db.read((manager) => manager.findBy(MedicalRecord, { id: In([...ids]) }));
  }

  async ofConsultations(ids: readonly string[]): Promise<MedicalRecord[]> {
    return this.#db.read((manager) => manager.findBy(MedicalRecord, { consultationId: In([...ids]) }));
  }

  /** As it is now, for a decision. */
  async find(id: string): Promise<MedicalRecord | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(MedicalRecord, { id }));
  }

  async findOfConsultation(consultationId: string): Promise<MedicalRecord | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(MedicalRecord, { consultationId }));
  }

  async lock({ manager }: Tx, id: string): Promise<MedicalRecord | null> {
    return manager.findOne(MedicalRecord, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async lockOfConsultation({ manager }: Tx, consultationId: string): Promise<MedicalRecord | null> {
    return manager.findOne(MedicalRecord, {
      where: { consultationId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async insert({ manager }: Tx, record: MedicalRecord, content: RecordContent): Promise<void> {
    await manager.insert(MedicalRecord, Object.assign(record, this.#sealed(record.id, content)));
  }

  /** False when the draft is another version by now, or signed. */
  async replaceDraft(
    { manager }: Tx,
    record: MedicalRecord,
    content: RecordContent,
    at: Date,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      MedicalRecord,
      { id: record.id, version: record.version, status: MedicalRecordStatus.DRAFT },
      { ...this.#sealed(record.id, content), version: record.version + 1, updatedAt: at },
    );
    return affected === 1;
  }

  /** Counts one more signed version. False when it is another version by now. */
  async countSigned(
    { manager }: Tx,
    record: MedicalRecord,
    content: RecordContent,
    at: Date,
  ): Promise<boolean> {
    const { id, version, status, signedVersions } = record;
    const { affected } = await manager.update(
      MedicalRecord,
      { id, version, status, signedVersions },
      {
        status: MedicalRecordStatus.SIGNED,
        version: version + 1,
        signedVersions: signedVersions + 1,
        hasDiagnosis: content.diagnoses.length > 0,
        draft: null,
        updatedAt: at,
      },
    );
    return affected === 1;
  }

  draftOf({ id, draft }: MedicalRecord): RecordContent {
    return JSON.parse(this.#cipher.decrypt(draft ?? '', draftPlace(id))) as RecordContent;
  }

  #sealed(id: string, content: RecordContent) {
    return {
      draft: this.#cipher.encrypt(JSON.stringify(content), draftPlace(id)),
      hasDiagnosis: content.diagnoses.length > 0,
    };
  }
}
