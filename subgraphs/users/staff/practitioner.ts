import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { Doctor, DoctorTitle } from '../doctor/doctor.entity.ts';
import { giveRole } from '../role/giving.ts';
import { LicenceKind, type StaffLicence } from './licence.entity.ts';
import { professions } from './licence-number.ts';
import { Pharmacist } from './pharmacist.entity.ts';
import { PharmacistTitle, type StaffTitle } from './staff-title.ts';

/**
 * What an approval brings: the profile by which others know the person, and the role at the institution. The role is
 * worth what the licence is worth, so nothing of this is ever taken back.
 */
export async function putIntoPractice(
  tx: Tx,
  audit: Audit,
  actor: Actor,
  licence: StaffLicence,
  now: Date,
): Promise<void> {
  const { accountId, kind, institutionId } = licence;
  await writeProfile(tx, licence);
  const { scope } = professions[kind];
  const place = { scope, scopeId: institutionId, hospitalId: '' };
  const gift = { accountId, role: kind, ...place, grantedBy: actorId(actor) };
  if (!(await giveRole(tx, { ...gift, expiresAt: null }, now))) return;
  const detail = { role: kind, scope, scopeId: institutionId };
  await audit.record(tx, {
    actor,
    action: 'role.grant',
    subjectType: 'Account',
    subjectId: accountId,
    detail,
  });
}

async function writeProfile({ manager }: Tx, licence: StaffLicence): Promise<void> {
  const { accountId, kind, name, title, specialties } = licence;
  if (kind === LicenceKind.DOCTOR) {
    const told = { name, title: titleAmong(Object.values(DoctorTitle), title), specialties };
    const known = await manager.findOneBy(Doctor, { accountId });
    if (known) await manager.update(Doctor, { id: known.id }, told);
    else await manager.insert(Doctor, { id: newId('doc'), accountId, ...told });
    return;
  }
  const told = { name, title: titleAmong(Object.values(PharmacistTitle), title) };
  const known = await manager.findOneBy(Pharmacist, { accountId });
  if (known) await manager.update(Pharmacist, { id: known.id }, told);
  else await manager.insert(Pharmacist, { id: newId('phm'), accountId, ...told });
}

/** The title among those of the profession; the application was held against them. */
function titleAmong<T extends StaffTitle>(titles: readonly T[], title: StaffTitle): T {
  const found = titles.find((each) => each === title);
  if (found === undefined) throw new Error('a title of another profession');
  return found;
}
