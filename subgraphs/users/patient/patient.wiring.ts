import { businessDay } from '../../../shared/clock/business-day.ts';
import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { ArchiveChanges } from '../archive/archive-change.ts';
import { ArchiveService } from '../archive/archive.service.ts';
import { ArchiveStore } from '../archive/archive.store.ts';
import { ConsentNeeds } from '../consent/consent-needs.ts';
import { ConsentStore } from '../consent/consent.store.ts';
import type { CareRelations } from '../external/care.client.ts';
import { PhoneBook } from '../invitation/phone-book.ts';
import { ProfileService } from '../profile/profile.service.ts';
import { ShareStore } from '../sharing/share.store.ts';
import { treatmentPlaces } from './care-relation.ts';
import { PatientService } from './patient.service.ts';
import { PatientStore } from './patient.store.ts';

type Parts = Pick<Foundation, 'config' | 'db' | 'cipher' | 'audit' | 'now'>;

/** The rows of patients and of their archives. */
export function wirePatientStores({ config, db, cipher, audit }: Parts) {
  const protection = {
    index: new BlindIndex(config.blindIndexKey, 'identity-number'),
    names: new BlindIndex(config.blindIndexKey, 'patient-name'),
    phones: new BlindIndex(config.blindIndexKey, 'phone'),
    cipher,
  };
  return {
    patients: new PatientStore(db, protection),
    archiveStore: new ArchiveStore(db, cipher, audit),
  };
}

/** Everything about patients. @param care who tells whom a doctor treats */
export function wirePatients(parts: Parts, care: CareRelations) {
  const { config, db, cipher, audit, now } = parts;
  const { patients, archiveStore } = wirePatientStores(parts);
  const fingerprint = new BlindIndex(config.blindIndexKey, 'idempotency');
  const phoneBook = new PhoneBook(db, new BlindIndex(config.blindIndexKey, 'phone'), cipher);
  const consents = new ConsentStore(db);
  const consentNeeds = new ConsentNeeds(db, consents, now);
  return {
    patients,
    archiveStore,
    patientAdding: new PatientService(db, patients, consentNeeds, audit, fingerprint, now),
    archives: new ArchiveService(new ArchiveChanges(db, archiveStore, audit, fingerprint), archiveStore, now),
    profiles: new ProfileService(patients, archiveStore, now),
    treatmentPlaces: treatmentPlaces(care),
    phoneBook,
    shares: new ShareStore(db, phoneBook, now),
    consents,
    consentNeeds,
    now,
    today: () => businessDay(now()),
  };
}
