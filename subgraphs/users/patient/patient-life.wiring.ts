import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { AccessLogStore } from '../access-log/access-log.store.ts';
import { ConsentPublishingService } from '../consent/consent-publishing.service.ts';
import { ConsentService } from '../consent/consent.service.ts';
import type { CareAccesses, CareBusiness } from '../external/care.client.ts';
import { SharingService } from '../sharing/share.service.ts';
import { TransferService } from '../transfer/transfer.service.ts';
import { TransferStore } from '../transfer/transfer.store.ts';
import { PatientEditingService } from './patient-editing.service.ts';
import type { wirePatients } from './patient.wiring.ts';

type Parts = Pick<Foundation, 'config' | 'db' | 'audit' | 'now'>;

/** What becomes of patients once they are there: consents, changes, sharing, transfer, and who saw them. */
export function wirePatientLife(
  { config, db, audit, now }: Parts,
  known: ReturnType<typeof wirePatients>,
  care: CareBusiness & CareAccesses,
) {
  const { patients, shares, consents, consentNeeds, phoneBook: phones } = known;
  const fingerprint = new BlindIndex(config.blindIndexKey, 'idempotency');
  const transfers = new TransferStore(db, phones);
  const consenting = new ConsentService(db, consents, patients, shares, audit, now);
  const common = {
    db,
    patients,
    shares,
    transfers,
    phones,
    consents,
    consentNeeds,
    care,
    audit,
    fingerprint,
    now,
  };
  return {
    transfers,
    consenting,
    consentPublishing: new ConsentPublishingService(db, consents, audit, now),
    patientEditing: new PatientEditingService({ ...common, consents: consentNeeds, consentStore: consents }),
    sharing: new SharingService({ ...common, consenting }),
    transferring: new TransferService(common),
    accessLog: new AccessLogStore(db, config.database.auditSchema, care),
  };
}

export type PatientLifeServices = ReturnType<typeof wirePatientLife>;
