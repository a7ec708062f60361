import type { Audit } from '../../../shared/audit/audit.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { AuditedReader } from '../reading/audited-reader.ts';
import { visibleTo } from '../reading/visibility.ts';
import { MedicalRecord, MedicalRecordStatus } from './medical-record.entity.ts';
import type { RecordStore } from './record.store.ts';
import type { RecordVersionStore } from './record-version.store.ts';

/** Reads medical records, each with its audit entry. */
export class RecordReadingService extends AuditedReader<MedicalRecord> {
  /** The id of the record of a consultation. */
  readonly idOfConsultation: BatchRead<string, string>;

  constructor(
    audit: Audit,
    records: RecordStore,
    versions: RecordVersionStore,
    consultations: ConsultationStore,
  ) {
    super(audit, {
      action: 'medical_record.read',
      subjectType: 'MedicalRecord',
      visible: async (actor, ids) => visibleTo(actor, await records.some(ids), consultations),
      open: (documents) => open(documents, records, versions),
    });
    this.idOfConsultation = {
      name: 'medicalRecord.idOfConsultation',
      read: async (ids) => {
        const rows = await records.ofConsultations(ids);
        return ids.map((id) => rows.find((row) => row.consultationId === id)?.id ?? null);
      },
    };
  }
}

async function open(
  documents: readonly MedicalRecord[],
  records: RecordStore,
  versions: RecordVersionStore,
): Promise<void> {
  const signed = documents.filter((each) => each.status === MedicalRecordStatus.SIGNED);
  const latest = await versions.latest(signed.map((each) => each.id));
  for (const document of documents) {
    const version = latest.get(document.id);
    const content = version ?? { ...records.draftOf(document), signedAt: null, signature: null };
    const { chiefComplaint, presentIllness, examination, diagnoses, plan, signedAt, signature } = content;
    Object.assign(document, {
      chiefComplaint,
      presentIllness,
      examination,
      diagnoses,
      plan,
      signedAt,
      signature,
    });
  }
}
