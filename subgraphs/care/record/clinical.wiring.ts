import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import type { DepartmentStore } from '../department/department.store.ts';
import type { Drugs, PrescriptionPlaces } from '../external/pharmacy.client.ts';
import type { Names, OwnPatients, People } from '../external/users.client.ts';
import type { HospitalStore } from '../hospital/hospital.store.ts';
import { PrescriptionCheckService } from '../prescription/prescription-check.service.ts';
import { PrescriptionReadingService } from '../prescription/prescription-reading.service.ts';
import { PrescriptionSheetStore } from '../prescription/prescription-sheet.store.ts';
import { PrescriptionSigningService } from '../prescription/prescription-signing.service.ts';
import { PrescriptionStore } from '../prescription/prescription.store.ts';
import { PrescriptionWritingService } from '../prescription/prescription-writing.service.ts';
import { PatientPages } from '../reading/patient-pages.ts';
import { LocalSigner } from '../signing/local-signer.ts';
import { SigningKeyService } from '../signing/signing-key.service.ts';
import { SigningKeyStore } from '../signing/signing-key.store.ts';
import { RecordReadingService } from './record-reading.service.ts';
import { RecordSigningService } from './record-signing.service.ts';
import { RecordStore } from './record.store.ts';
import { RecordVersionStore } from './record-version.store.ts';
import { RecordWritingService } from './record-writing.service.ts';

interface Known {
  readonly consultations: ConsultationStore;
  readonly hospitals: HospitalStore;
  readonly departments: DepartmentStore;
  readonly names: Names & OwnPatients & Pick<People, 'doctorOfAccount'>;
  readonly consents: ConsentCheck;
  readonly drugs: Drugs & PrescriptionPlaces;
  /** 32 bytes in hexadecimal. */
  readonly signingPinKey: string;
}

/** Signing keys, medical records and prescriptions. */
export function wireClinical(foundation: Foundation, known: Known) {
  const { config, db, cipher, audit, outbox, now } = foundation;
  const { consultations, hospitals, departments, names, consents, drugs, signingPinKey } = known;
  const appendOnly = config.database.auditSchema;
  const signingKeyStore = new SigningKeyStore(db);
  const signer = new LocalSigner(db, signingKeyStore, audit, signingPinKey, now);
  const records = new RecordStore(db, cipher);
  const versions = new RecordVersionStore(db, cipher, appendOnly);
  const prescriptions = new PrescriptionStore(db, cipher);
  const sheets = new PrescriptionSheetStore(db, cipher, appendOnly);
  const check = new PrescriptionCheckService(drugs, records, versions);
  const recordStores = { records, versions, consultations };
  const signingStores = { prescriptions, sheets, records, consultations, hospitals, departments };
  return {
    signer,
    signingKeyStore,
    signingKeys: new SigningKeyService({
      db,
      store: signingKeyStore,
      signer,
      people: names,
      audit,
      platformKey: signingPinKey,
      now,
    }),
    records: {
      versions,
      pages: new PatientPages(db, 'medical_record', consultations),
      reading: new RecordReadingService(audit, records, versions, consultations),
      writing: new RecordWritingService(db, records, consultations, audit, now),
      signing: new RecordSigningService(db, recordStores, signer, audit, outbox, now),
    },
    prescriptions: {
      store: prescriptions,
      check,
      pages: new PatientPages(db, 'prescription', consultations),
      reading: new PrescriptionReadingService(audit, prescriptions, sheets, consultations, drugs),
      writing: new PrescriptionWritingService(db, prescriptions, consultations, consents, names, audit, now),
      signing: new PrescriptionSigningService(
        db,
        signingStores,
        { check, names, consents, own: names },
        signer,
        { audit, outbox },
        now,
      ),
    },
  };
}

export type ClinicalServices = Readonly<ReturnType<typeof wireClinical>>;
