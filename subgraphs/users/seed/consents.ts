import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Consent, ConsentPurpose } from '../consent/consent.entity.ts';
import { accounts } from './people.ts';

const { PRIVACY_POLICY, HEALTH_DATA, MINOR_GUARDIAN } = ConsentPurpose;

/** What an app asks of everybody after the first login, given by the demo accounts; what was withdrawn stays so. */
export async function seedConsents({ manager }: Tx, givenAt: Date): Promise<void> {
  for (const [key] of accounts) {
    for (const purpose of [PRIVACY_POLICY, HEALTH_DATA, MINOR_GUARDIAN]) {
      const id = stableId('cns', `${key}/${purpose}`);
      if (await manager.existsBy(Consent, { id })) continue;
      const consent = { id, accountId: stableId('acc', key), purpose, documentVersion: 1, patientId: '' };
      await manager.insert(Consent, { ...consent, givenAt, withdrawnAt: null, terminal: 'OTHER' });
    }
  }
}
