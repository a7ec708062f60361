import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import { FileUrls } from '../../../shared/storage/file-url.ts';
import { EncryptedFiles } from '../../../shared/storage/encrypted-files.ts';
import { fileStoreOf, type StorageValues } from '../../../shared/storage/storage-config.ts';
import { AccountSuspensionService } from '../account/account-suspension.service.ts';
import { AuditTrailService } from '../audit-trail/audit-trail.service.ts';
import { RoleDefinitionService } from '../role/role-definition.service.ts';
import type { Places } from '../role/grant-check.service.ts';
import { RoleStore } from '../role/role.store.ts';
import { LicenceApplicationService } from './licence-application.service.ts';
import { LICENCE_FOLDER, LicenceDocumentFiles } from './licence-document-files.service.ts';
import { LicenceDocumentService } from './licence-document.service.ts';
import { LicenceDocumentStore } from './licence-document.store.ts';
import { LicenceReadingService } from './licence-reading.service.ts';
import { LicenceReviewService } from './licence-review.service.ts';
import { LicenceStore } from './licence.store.ts';
import { PharmacistStore } from './pharmacist.store.ts';

/** How often licences that have expired are written down, ms. */
const EXPIRY_MS = 60_000;

type Parts = Pick<Foundation, 'config' | 'db' | 'cipher' | 'audit' | 'now'>;

/** The rows of licences. */
export function wireLicenceStore({
  config,
  db,
  cipher,
}: Pick<Parts, 'config' | 'db' | 'cipher'>): LicenceStore {
  return new LicenceStore(db, { index: new BlindIndex(config.blindIndexKey, 'licence-number'), cipher });
}

/** Roles and their holders, licences and what comes of them, and the audit for its reader. */
export function wireStaff(parts: Parts, storage: StorageValues, places: Places) {
  const { config, db, cipher, audit, now } = parts;
  const fingerprint = new BlindIndex(config.blindIndexKey, 'idempotency');
  const licences = wireLicenceStore(parts);
  const documents = new LicenceDocumentStore(db);
  const licenceDocuments = new LicenceDocumentService({ db, documents, cipher, audit, fingerprint, now });
  const licenceFileUrls = new FileUrls(storage.FILE_URL_KEY, now);
  const shared = { db, licences, documents, audit, places, now };
  return {
    roleStore: new RoleStore(db, now),
    roleDefinitions: new RoleDefinitionService(db, audit, now),
    accountSuspension: new AccountSuspensionService(db, cipher, audit, fingerprint, now),
    auditTrail: new AuditTrailService(db, config.database.auditSchema, audit),
    licenceStore: licences,
    licenceApplications: new LicenceApplicationService({ ...shared, fingerprint }),
    licenceReviews: new LicenceReviewService({ ...shared, fingerprint }),
    licenceReading: new LicenceReadingService(licences, audit, now),
    licenceDocumentStore: documents,
    licenceDocuments,
    licenceFileUrls,
    licenceFiles: new LicenceDocumentFiles({
      ...shared,
      names: licenceDocuments,
      urls: licenceFileUrls,
      files: new EncryptedFiles(fileStoreOf(storage), cipher, 'licence_document', LICENCE_FOLDER),
    }),
    pharmacists: new PharmacistStore(db),
  };
}

export type StaffServices = Readonly<ReturnType<typeof wireStaff>>;

export function staffJobs({ licenceReviews }: StaffServices, jobs: Jobs): void {
  jobs.every('licence-expiry', EXPIRY_MS, () => licenceReviews.expireOverdue());
}
