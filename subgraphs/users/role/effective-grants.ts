import { In, type EntityManager } from 'typeorm';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { isValidOn, type LicenceKind, StaffLicence } from '../staff/licence.entity.ts';
import { licencesFor, licenceFor, licensedPlace } from './clinical.ts';
import { stillHeld } from './giving.ts';
import { RoleGrant, RolePermission } from './role-grant.entity.ts';
import type { GrantPlace } from './scope.ts';

/** A grant with what it allows at its place now. */
export interface EffectiveGrant extends GrantPlace {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly expiresAt: Date | null;
}

type Licence = Pick<StaffLicence, 'kind' | 'institutionId' | 'departmentId'>;

/**
 * The grants of an account that have an effect now: those that have not ended, and of them what needs a licence only
 * where a licence that is valid today is registered for that place. A grant that says less than its row, or elsewhere,
 * is answered as it is worth.
 */
export async function effectiveGrants(
  manager: EntityManager,
  accountId: string,
  now: Date,
): Promise<EffectiveGrant[]> {
  const held = await manager.find(RoleGrant, {
    where: stillHeld(now).map((each) => ({ accountId, ...each })),
    order: { id: 'ASC' },
  });
  const roles = [...new Set(held.map(({ role }) => role))];
  const rows = roles.length === 0 ? [] : await manager.findBy(RolePermission, { role: In(roles) });
  const permissionsOf = (role: string) =>
    rows
      .filter((each) => each.role === role)
      .map((each) => each.permission)
      .toSorted();
  const isClinical = roles.some((role) => licencesFor(role, permissionsOf(role)).length > 0);
  const licences = isClinical ? await validLicences(manager, accountId, now) : [];
  return merged(held.flatMap((grant) => licensedGrants(grant, permissionsOf(grant.role), licences)));
}

/** The licences of an account that are valid on the business day of an instant. */
export async function validLicences(
  manager: EntityManager,
  accountId: string,
  now: Date,
): Promise<Licence[]> {
  const today = businessDay(now);
  return (await licencesOf(manager, accountId)).filter((each) => isValidOn(each, today));
}

/** The licences of an account, valid or not. */
export async function licencesOf(
  manager: EntityManager,
  accountId: string,
): Promise<(Licence & Pick<StaffLicence, 'status' | 'validUntil'>)[]> {
  return manager.find(StaffLicence, {
    where: { accountId },
    select: {
      id: true,
      kind: true,
      status: true,
      validUntil: true,
      institutionId: true,
      departmentId: true,
    },
  });
}

/**
 * What the row of a grant allows, and where: all that needs a licence only at the place of that licence.
 * @param permissions those of its role
 */
export function licensedGrants(
  grant: RoleGrant,
  permissions: readonly string[],
  licences: readonly Licence[],
): EffectiveGrant[] {
  const { role, expiresAt } = grant;
  const needing = (kind: LicenceKind | undefined) =>
    permissions.filter((each) => licenceFor(role, each) === kind);
  const free = needing(undefined);
  const licensed = licencesFor(role, permissions).flatMap((kind) => {
    const licence = licences.find((each) => each.kind === kind);
    const place = licence && licensedPlace(grant, licence);
    return place ? [{ role, expiresAt, ...place, permissions: needing(kind) }] : [];
  });
  const { scope, scopeId, hospitalId } = grant;
  const rest =
    free.length > 0 || permissions.length === 0
      ? [{ role, expiresAt, scope, scopeId, hospitalId, permissions: free }]
      : [];
  return [...rest, ...licensed];
}

/** What one role allows at one place is one grant. */
function merged(grants: readonly EffectiveGrant[]): EffectiveGrant[] {
  const byPlace = new Map<string, EffectiveGrant>();
  for (const grant of grants) {
    const key = [grant.role, grant.scope, grant.scopeId, grant.hospitalId].join(' ');
    const known = byPlace.get(key);
    const permissions = [...new Set([...(known?.permissions ?? []), ...grant.permissions])].toSorted();
    byPlace.set(key, { ...grant, expiresAt: laterOf(known, grant), permissions });
  }
  return [...byPlace.values()];
}

function laterOf(known: EffectiveGrant | undefined, { expiresAt }: EffectiveGrant): Date | null {
  if (known === undefined) return expiresAt;
  if (known.expiresAt === null || expiresAt === null) return null;
  return known.expiresAt > expiresAt ? known.expiresAt : expiresAt;
}
