import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { AccountEditingService } from '../account/account-editing.service.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import { AccountSearchService } from './account-search.service.ts';
import { AccountSearchStore } from './account-search.store.ts';
import { PatientSearchService } from './patient-search.service.ts';

export type SearchServices = ReturnType<typeof wireSearch>;

/** Search, and what the owner of an account tells to be found by. */
export function wireSearch(
  { config, db, cipher, audit, now }: Pick<Foundation, 'config' | 'db' | 'cipher' | 'audit' | 'now'>,
  patients: PatientStore,
) {
  const indexOf = (purpose: string) => new BlindIndex(config.blindIndexKey, purpose);
  const indexes = {
    names: indexOf('patient-name'),
    phones: indexOf('phone'),
    identityNumbers: indexOf('identity-number'),
  };
  const accountSearchStore = new AccountSearchStore(db, cipher, now);
  return {
    accountEditing: new AccountEditingService(db, audit, indexOf('idempotency'), now),
    accountSearchStore,
    accountSearch: new AccountSearchService(db, accountSearchStore, indexes, audit, now),
    patientSearch: new PatientSearchService(db, patients, indexes, audit, now),
  };
}
