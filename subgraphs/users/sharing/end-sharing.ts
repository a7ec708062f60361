import type { Tx } from '../../../shared/db/db.ts';
import { ConsentPurpose } from '../consent/consent.entity.ts';
import type { ConsentStore } from '../consent/consent.store.ts';
import type { Patient } from '../patient/patient.entity.ts';
import type { ShareStore } from './share.store.ts';

interface Stores {
  readonly shares: ShareStore;
  readonly consents: ConsentStore;
}

/** Ends all that is shared of a patient who leaves the account, with the consent to it. */
export async function endSharing(
  tx: Tx,
  { shares, consents }: Stores,
  { id: patientId, accountId }: Pick<Patient, 'id' | 'accountId'>,
  at: Date,
): Promise<void> {
  await shares.endAll(tx, patientId, at);
  await consents.withdraw(tx, { accountId, purpose: ConsentPurpose.SHARING, patientId }, at);
}
