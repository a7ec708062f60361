import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { MedicalRecord, MedicalRecordStatus } from './medical-record.entity.ts';
import { checkedContent, NOTHING, type RecordContent } from './record-content.ts';
import type { SaveMedicalRecordInput } from './record.inputs.ts';
import type { RecordStore } from './record.store.ts';
import { assertFollowUp, type Treatment, treatmentBy } from './treatment.ts';

/** Writes the drafts of medical records, one record a consultation. */
export class RecordWritingService {
  readonly #db: Db;
  readonly #records: RecordStore;
  readonly #consultations: ConsultationStore;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, records: RecordStore, consultations: ConsultationStore, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#records = records;
    this.#consultations = consultations;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Begins the record of a consultation, or puts a whole draft in the place of the one that was read.
   * @returns the id of the record
   * @throws AppError VALIDATION_FAILED, BAD_ID, NOT_FOUND, FORBIDDEN, CONSULTATION_IS_ADVICE_ONLY, RECORD_SIGNED,
   *   VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED
   */
  async save(actor: Actor, input: SaveMedicalRecordInput): Promise<string> {
    const consultationId = parseId('con', input.consultationId);
    const recordId = input.recordId == null ? undefined : parseId('rec', input.recordId);
    const content = checkedContent(input, NOTHING);
    const now = this.#now();
    const call = { actor, operation: 'saveMedicalRecord', key: input.idempotencyKey, body: input, now };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        // Held, so that two who begin at once do not begin two records.
        const consultation = await this.#consultations.lock(tx, consultationId);
        const treatment = await treatmentBy(tx.manager, actor, consultation, 'record.write');
        if (content.diagnoses.length > 0) await assertFollowUp(tx.manager, treatment);
        const known = await this.#records.lockOfConsultation(tx, consultationId);
        if (recordId !== undefined && known?.id !== recordId) {
          throw new AppError('NOT_FOUND', { what: 'MedicalRecord' });
        }
        const id =
          known === null
            ? await this.#begin(tx, treatment, content, now)
            : await this.#replace(tx, known, input.expectedVersion, content, now);
        const action = known === null ? 'medical_record.create' : 'medical_record.edit';
        await this.#audit.record(tx, { actor, action, subjectType: 'MedicalRecord', subjectId: id });
        return id;
      }),
    );
  }

  async #begin(tx: Tx, treatment: Treatment, content: RecordContent, now: Date): Promise<string> {
    const { consultation, patientId, hospitalId } = treatment;
    const record = Object.assign(new MedicalRecord(), {
      id: newId('rec'),
      consultationId: consultation.id,
      doctorId: consultation.doctorId,
      doctorAccountId: consultation.doctorAccountId,
      patientId,
      patientAccountId: consultation.patientAccountId,
      hospitalId,
      status: MedicalRecordStatus.DRAFT,
      version: 1,
      signedVersions: 0,
      createdAt: now,
      updatedAt: now,
    });
    await this.#records.insert(tx, record, content);
    return record.id;
  }

  async #replace(
    tx: Tx,
    record: MedicalRecord,
    expectedVersion: number | null | undefined,
    content: RecordContent,
    now: Date,
  ): Promise<string> {
    if (record.status === MedicalRecordStatus.SIGNED) throw new AppError('RECORD_SIGNED');
    const isExpected = record.version === expectedVersion;
    if (!isExpected || !(await this.#records.replaceDraft(tx, record, content, now))) {
      throw new AppError('VERSION_CONFLICT');
    }
    return record.id;
  }
}
