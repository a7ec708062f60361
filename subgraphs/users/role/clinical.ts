import type { Scope } from '../../../shared/context/actor.ts';
import { LicenceKind, type StaffLicence } from '../staff/licence.entity.ts';
import type { PermissionName } from './permission-catalogue.ts';
import type { GrantPlace } from './scope.ts';

/** What nobody does without a licence (医师法 article 13, 药品管理法 article 52), by whichever role. */
const CLINICAL: Readonly<Record<LicenceKind, readonly PermissionName[]>> = {
  DOCTOR: ['schedule.publish', 'queue.call', 'record.write', 'prescription.write'],
  PHARMACIST: ['prescription.review', 'prescription.dispense'],
};

const KINDS = Object.values(LicenceKind);
/** The roles that bear the name of their licence. */
const ROLE_OF: ReadonlyMap<string, LicenceKind> = new Map(KINDS.map((kind) => [kind, kind]));

/** The licence that a permission of a role needs. The roles of the two professions need it for all that they allow. */
export function licenceFor(role: string, permission: string): LicenceKind | undefined {
  return ROLE_OF.get(role) ?? KINDS.find((kind) => CLINICAL[kind].some((each) => each === permission));
}

/** The licences that a role needs. */
export function licencesFor(role: string, permissions: readonly string[]): LicenceKind[] {
  return KINDS.filter((kind) => permissions.some((each) => licenceFor(role, each) === kind));
}

/** Where a clinical permission that was granted for the whole platform holds: where the licence is registered. */
const HOME = { DOCTOR: 'HOSPITAL', PHARMACIST: 'PHARMACY' } as const satisfies Record<LicenceKind, Scope>;

/**
 * Where a licence lets a grant have an effect, if anywhere. A licence is registered for one institution (医师执业注册管理
 * 办法 article 10), so a grant for the platform, which older releases gave, is worth no more than that.
 */
export function licensedPlace(
  { scope, scopeId, hospitalId }: GrantPlace,
  { kind, institutionId, departmentId }: Pick<StaffLicence, 'kind' | 'institutionId' | 'departmentId'>,
): GrantPlace | undefined {
  if (scope === 'PLATFORM') return { scope: HOME[kind], scopeId: institutionId, hospitalId: '' };
  if (scope !== 'DEPARTMENT') {
    return scopeId === institutionId ? { scope, scopeId, hospitalId } : undefined;
  }
  if (hospitalId === institutionId) return { scope, scopeId, hospitalId };
  // An older release did not ask of which hospital the department is.
  const isOwn = hospitalId === '' && scopeId === departmentId;
  return isOwn ? { scope, scopeId, hospitalId: institutionId } : undefined;
}
