import type { Db } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import { Doctor } from '../doctor/doctor.entity.ts';
import { type IdentityProtection, IdentityStore } from '../identity/identity.store.ts';
import { phoneProof } from '../identity/proof.ts';
import { Identity } from '../login/identity.entity.ts';
import { platformGrant } from '../role/platform-grant.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import type { ArchiveStore } from '../archive/archive.store.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import { seedPatients } from './patients.ts';
import type { LicenceStore } from '../staff/licence.store.ts';
import { seedLicences } from './licences.ts';
import { seedConsents } from './consents.ts';
import { accounts, doctors, placeOfStaff } from './people.ts';

interface Stores {
  readonly patients: PatientStore;
  readonly archiveStore: ArchiveStore;
  readonly licenceStore: LicenceStore;
}

/** Fills in the demo people; running it again changes nothing. */
export async function seed(db: Db, protection: IdentityProtection, stores: Stores): Promise<void> {
  const identities = new IdentityStore(protection);
  const createdAt = new Date('2026-01-05T00:00:00.000Z');
  await db.transaction(async (tx) => {
    const { manager } = tx;
    await manager.upsert(
      Account,
      accounts.map(([key, displayName]) => ({ id: stableId('acc', key), displayName, createdAt })),
      ['id'],
    );
    for (const [key, , role, phone] of accounts) {
      const grant = platformGrant(stableId('acc', key), role, createdAt, stableId('grt', key));
      Object.assign(grant, placeOfStaff(key));
      await manager.upsert(RoleGrant, grant, ['accountId', 'role', 'scope', 'scopeId', 'hospitalId']);
      const id = stableId('idt', key);
      if (await manager.existsBy(Identity, { id })) continue;
      await identities.insert(tx, stableId('acc', key), phoneProof(phone), createdAt, id);
    }
    await seedConsents(tx, createdAt);
    await manager.upsert(
      Doctor,
      doctors.map(([key, name, title, specialties]) => ({
        id: stableId('doc', key),
        accountId: stableId('acc', key),
        name,
        title,
        specialties,
      })),
      ['id'],
    );
    await seedLicences(tx, stores.licenceStore, createdAt);
    await seedPatients(tx, stores.patients, stores.archiveStore, createdAt);
  });
}
