import { type Actor, actorId, holds } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Account } from '../account/account.entity.ts';
import { licencesFor, licensedPlace } from './clinical.ts';
import { validLicences } from './effective-grants.ts';
import { mayGive } from './giving.ts';
import { isUsableIn } from './permission-catalogue.ts';
import { Role, RolePermission } from './role-grant.entity.ts';
import { assertScope, type GrantPlace, placeOfGrant } from './scope.ts';

type Manager = Tx['manager'];

/** What is to be granted or taken. */
export interface WantedGrant extends GrantPlace {
  readonly accountId: string;
  readonly role: string;
}

/** The owners of hospitals, departments and pharmacies. */
export interface Places {
  /** @throws AppError UNAVAILABLE when care does not answer */
  isHospital(hospitalId: string, departmentId?: string): Promise<boolean>;
  /** @throws AppError UNAVAILABLE when pharmacy does not answer */
  isPharmacy(pharmacyId: string): Promise<boolean>;
}

/**
 * Whether there is the place of a grant; its owner is asked, so never within a transaction.
 * @throws AppError NOT_FOUND; UNAVAILABLE when the owner does not answer, since nothing is granted on a guess
 */
export async function assertPlaceExists(
  places: Places,
  { scope, scopeId, hospitalId }: GrantPlace,
): Promise<void> {
  if (scope === 'PLATFORM') return;
  if (scope === 'PHARMACY') {
    if (!(await places.isPharmacy(scopeId))) throw new AppError('NOT_FOUND', { what: 'Pharmacy' });
    return;
  }
  const isThere =
    scope === 'HOSPITAL' ? await places.isHospital(scopeId) : await places.isHospital(hospitalId, scopeId);
  if (!isThere) throw new AppError('NOT_FOUND', { what: scope === 'HOSPITAL' ? 'Hospital' : 'Department' });
}

/** Whether there is the place of a licence. @throws AppError as {@link assertPlaceExists} */
export async function assertInstitution(
  places: Places,
  institutionId: string,
  departmentId: string | null,
): Promise<void> {
  if (institutionId.startsWith('pha_')) {
    return assertPlaceExists(places, { scope: 'PHARMACY', scopeId: institutionId, hospitalId: '' });
  }
  await assertPlaceExists(places, { scope: 'HOSPITAL', scopeId: institutionId, hospitalId: '' });
  if (departmentId === null) return;
  return assertPlaceExists(places, {
    scope: 'DEPARTMENT',
    scopeId: departmentId,
    hospitalId: institutionId,
  });
}

/** @throws AppError VALIDATION_FAILED, BAD_ID; FORBIDDEN without `role.manage` there */
export function assertManagesRolesAt(actor: Actor, place: GrantPlace): void {
  assertScope(place);
  if (!holds(actor, 'role.manage', placeOfGrant(place))) throw new AppError('FORBIDDEN');
}

/**
 * Whether the caller may change who holds a role at a place.
 * @throws AppError VALIDATION_FAILED, BAD_ID, FORBIDDEN, NOT_FOUND
 */
export async function assertMayChange(manager: Manager, actor: Actor, wanted: WantedGrant): Promise<void> {
  assertManagesRolesAt(actor, wanted);
  const { role, accountId } = wanted;
  if (!(await manager.existsBy(Role, { name: role }))) throw new AppError('NOT_FOUND', { what: 'Role' });
  if (!(await manager.existsBy(Account, { id: accountId }))) {
    throw new AppError('NOT_FOUND', { what: 'Account' });
  }
  if (!(await mayGive(manager, actor, role, placeOfGrant(wanted)))) throw new AppError('FORBIDDEN');
}

/**
 * Whether the role means anything at a place of that kind, and who gets it may practise there.
 * @throws AppError ROLE_WITHOUT_PERMISSION, ROLE_NOT_FOR_SCOPE, ROLE_NOT_FOR_SELF, ROLE_NEEDS_LICENCE
 */
export async function assertGrantable(
  manager: Manager,
  actor: Actor,
  wanted: WantedGrant,
  now: Date,
): Promise<void> {
  const { accountId, role, scope } = wanted;
  const permissions = (await manager.findBy(RolePermission, { role })).map((each) => each.permission);
  if (permissions.length === 0) throw new AppError('ROLE_WITHOUT_PERMISSION', { role });
  if (!permissions.some((each) => isUsableIn(each, scope))) {
    throw new AppError('ROLE_NOT_FOR_SCOPE', { role, scope });
  }
  const kinds = licencesFor(role, permissions);
  if (kinds.length === 0) return;
  if (accountId === actorId(actor)) throw new AppError('ROLE_NOT_FOR_SELF', { role });
  // Of a role that allows other things besides, none of the clinical ones would have an effect there.
  if (scope === 'PLATFORM') throw new AppError('ROLE_NOT_FOR_SCOPE', { role, scope });
  const licences = await validLicences(manager, accountId, now);
  for (const kind of kinds) {
    const licence = licences.find((each) => each.kind === kind);
    if (!licence || !licensedPlace(wanted, licence)) throw new AppError('ROLE_NEEDS_LICENCE', { role, kind });
  }
}
