import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import { canonical, canonicalHash } from '../../../shared/crypto/canonical-json.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type IdempotentCall, once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import type { DocumentSigner } from '../signing/document-signer.ts';
import { type MedicalRecord, MedicalRecordStatus } from './medical-record.entity.ts';
import {
  assertComplete,
  checkedContent,
  checkedText,
  type RecordContent,
  type RecordDocument,
} from './record-content.ts';
import type { AmendMedicalRecordInput, SignMedicalRecordInput } from './record.inputs.ts';
import type { RecordStore } from './record.store.ts';
import type { RecordVersionStore } from './record-version.store.ts';
import { assertFollowUp, type Treatment, treatmentBy } from './treatment.ts';

const LONGEST_REASON = 500;
const MOST_VERSIONS = 100;

export interface RecordStores {
  readonly records: RecordStore;
  readonly versions: RecordVersionStore;
  readonly consultations: ConsultationStore;
}

interface Sealing {
  readonly call: IdempotentCall;
  readonly action: string;
  readonly record: MedicalRecord;
  readonly treatment: Treatment;
  readonly content: RecordContent;
  readonly reason: string;
  readonly previousHash: string;
  readonly pin: string;
}

/**
 * Signs and amends medical records: each signature makes a version that nothing changes any more (电子病历应用管理规范).
 */
export class RecordSigningService {
  readonly #db: Db;
  readonly #stores: RecordStores;
  readonly #signer: DocumentSigner;
  readonly #audit: Audit;
  readonly #outbox: Outbox;
  readonly #now: () => Date;

  constructor(
    db: Db,
    stores: RecordStores,
    signer: DocumentSigner,
    audit: Audit,
    outbox: Outbox,
    now: () => Date,
  ) {
    this.#db = db;
    this.#stores = stores;
    this.#signer = signer;
    this.#audit = audit;
    this.#outbox = outbox;
    this.#now = now;
  }

  /**
   * Signs the draft that was read. @returns the id of the record
   * @throws AppError BAD_ID, NOT_FOUND, FORBIDDEN, VALIDATION_FAILED, CONSULTATION_IS_ADVICE_ONLY, RECORD_SIGNED,
   *   VERSION_CONFLICT, SIGNING_KEY_MISSING, SIGNING_PIN_WRONG, SIGNING_PIN_LOCKED, IDEMPOTENCY_KEY_REUSED
   */
  async sign(actor: Actor, { pin, ...input }: SignMedicalRecordInput): Promise<string> {
    const call = this.#call(actor, 'signMedicalRecord', input);
    return unlessAnswered(this.#db, call, async () => {
      const { record, treatment } = await this.#own(actor, input.recordId);
      if (record.status === MedicalRecordStatus.SIGNED) throw new AppError('RECORD_SIGNED');
      assertVersion(record, input.expectedVersion);
      const content = this.#stores.records.draftOf(record);
      assertComplete(content);
      const sealing = { call, record, treatment, content, reason: '', previousHash: '', pin };
      return this.#seal({ ...sealing, action: 'medical_record.sign' });
    });
  }

  /**
   * Adds a version to a signed record, with its reason. @returns the id of the record
   * @throws AppError as {@link sign}, and RECORD_NOT_SIGNED
   */
  async amend(actor: Actor, { pin, ...input }: AmendMedicalRecordInput): Promise<string> {
    const call = this.#call(actor, 'amendMedicalRecord', input);
    const reason = checkedText('reason', input.reason, LONGEST_REASON, 1);
    return unlessAnswered(this.#db, call, async () => {
      const { record, treatment } = await this.#own(actor, input.recordId);
      if (record.status === MedicalRecordStatus.DRAFT) throw new AppError('RECORD_NOT_SIGNED');
      assertVersion(record, input.expectedVersion);
      if (record.signedVersions >= MOST_VERSIONS) {
        throw new AppError('VALIDATION_FAILED', { field: 'recordId', reason: `1 – ${MOST_VERSIONS}` });
      }
      const before = (await this.#stores.versions.latest([record.id], 'primary')).get(record.id);
      if (!before) throw new AppError('CONFLICT_RETRY');
      const content = checkedContent(input, before);
      assertComplete(content);
      const previousHash = before.signature.hash;
      const sealing = { call, record, treatment, content, reason, previousHash, pin };
      return this.#seal({ ...sealing, action: 'medical_record.amend' });
    });
  }

  #call(actor: Actor, operation: string, body: { idempotencyKey: string }): IdempotentCall {
    return { actor, operation, key: body.idempotencyKey, body, now: this.#now() };
  }

  /** The record for its author, who must be allowed to write there still. @throws AppError BAD_ID, NOT_FOUND, FORBIDDEN */
  async #own(actor: Actor, recordId: string): Promise<Pick<Sealing, 'record' | 'treatment'>> {
    const { records, consultations } = this.#stores;
    const record = await records.find(parseId('rec', recordId));
    if (!record || actor.kind !== 'account' || record.doctorAccountId !== actor.accountId) {
      throw new AppError('NOT_FOUND', { what: 'MedicalRecord' });
    }
    const consultation = await consultations.find(record.consultationId);
    const treatment = await this.#db.readPrimary((manager) =>
      treatmentBy(manager, actor, consultation, 'record.write'),
    );
    return { record, treatment };
  }

  /** Signs before the transaction, which then finds the record as it was, or signs nothing. */
  async #seal(sealing: Sealing): Promise<string> {
    const { call, action, record, treatment, content, reason, previousHash, pin } = sealing;
    const { actor } = call;
    if (content.diagnoses.length > 0) {
      await this.#db.readPrimary((manager) => assertFollowUp(manager, treatment));
    }
    const signedAt = this.#now();
    const document = documentOf(record, content, { reason, previousHash, signedAt });
    const hash = canonicalHash(document);
    const signature = await this.#signer.sign(actor, pin, hash);
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const now = await this.#stores.records.lock(tx, record.id);
        if (now?.version !== record.version || now.status !== record.status) {
          throw new AppError('VERSION_CONFLICT');
        }
        if (!(await this.#stores.records.countSigned(tx, record, content, signedAt))) {
          throw new AppError('VERSION_CONFLICT');
        }
        await this.#stores.versions.insert(tx, document, canonical(document), hash, signature);
        const detail = { version: document.number };
        await this.#audit.record(tx, {
          actor,
          action,
          subjectType: 'MedicalRecord',
          subjectId: record.id,
          detail,
        });
        await this.#outbox.add(tx, {
          type: 'record.signed',
          aggregateType: 'MedicalRecord',
          aggregateId: record.id,
          aggregateVersion: record.version + 1,
          payload: {
            recordId: record.id,
            version: document.number,
            consultationId: record.consultationId,
            patientId: record.patientId,
            doctorId: record.doctorId,
            hospitalId: record.hospitalId,
            diagnosisCodes: content.diagnoses.map((each) => each.code),
          },
        });
        return record.id;
      }),
    );
  }
}

function assertVersion(record: MedicalRecord, expected: number): void {
  if (record.version !== expected) throw new AppError('VERSION_CONFLICT');
}

function documentOf(
  record: MedicalRecord,
  content: RecordContent,
  { reason, previousHash, signedAt }: { reason: string; previousHash: string; signedAt: Date },
): RecordDocument {
  const { chiefComplaint, presentIllness, examination, diagnoses, plan } = content;
  return {
    recordId: record.id,
    number: record.signedVersions + 1,
    consultationId: record.consultationId,
    patientId: record.patientId,
    doctorId: record.doctorId,
    hospitalId: record.hospitalId,
    authorAccountId: record.doctorAccountId,
    chiefComplaint,
    presentIllness,
    examination,
    diagnoses,
    plan,
    reason,
    signedAt: signedAt.toISOString(),
    previousHash,
  };
}
