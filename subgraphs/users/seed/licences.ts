import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { LicenceKind, LicenceStatus, StaffLicence } from '../staff/licence.entity.ts';
import type { LicenceStore } from '../staff/licence.store.ts';
import { Pharmacist } from '../staff/pharmacist.entity.ts';
import { doctorLicences, doctors, pharmacists } from './people.ts';

/** The approved licences of the demo doctors and pharmacists; those that are there stay as they are. */
export async function seedLicences(tx: Tx, licences: LicenceStore, at: Date): Promise<void> {
  await tx.manager.upsert(
    Pharmacist,
    pharmacists.map(([key, name, title]) => ({
      id: stableId('phm', key),
      accountId: stableId('acc', key),
      name,
      title,
    })),
    ['id'],
  );
  const told = [
    ...doctors.map(([key, name, title, specialties]) => {
      const [, hospital, department, licenceNumber] = licenceOf(key);
      const place = { institutionId: stableId('hos', hospital), departmentId: stableId('dep', department) };
      // Its end is the identity number of nobody: that of a day which no calendar has.
      const qualificationNumber = `201011110${'0'.repeat(11)}${key.slice(-2)}00000`;
      return {
        key,
        kind: LicenceKind.DOCTOR,
        name,
        title,
        specialties,
        licenceNumber,
        qualificationNumber,
        ...place,
      };
    }),
    ...pharmacists.map(([key, name, title, pharmacy, licenceNumber]) => {
      const place = { institutionId: stableId('pha', pharmacy), departmentId: null };
      const qualificationNumber = `ZG00000${key.slice(-2)}`;
      const kind = LicenceKind.PHARMACIST;
      return { key, kind, name, title, specialties: '', licenceNumber, qualificationNumber, ...place };
    }),
  ];
  for (const { key, title, ...fields } of told) {
    const id = stableId('lic', key);
    if (await licences.exists(tx, { id })) continue;
    const licence = Object.assign(new StaffLicence(), {
      ...fields,
      id,
      title,
      accountId: stableId('acc', key),
      status: LicenceStatus.APPROVED,
      version: 2,
      licenceIndex: licences.indexOf(fields.licenceNumber),
      validUntil: null,
      reason: null,
      submittedAt: at,
      reviewedAt: at,
      reviewedBy: stableId('acc', 'demo-admin-01'),
    });
    await licences.insert(tx, licence);
  }
}

function licenceOf(key: string): (typeof doctorLicences)[number] {
  const found = doctorLicences.find((each) => each[0] === key);
  if (found === undefined) throw new Error(`${key} has no licence`);
  return found;
}
