import { In, type EntityManager } from 'typeorm';
import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Grant } from '../../../shared/context/actor.ts';
import { isValidOn, LicenceKind, StaffLicence } from '../staff/licence.entity.ts';
import { stillHeld } from './giving.ts';
import { RoleGrant, RolePermission } from './role-grant.entity.ts';

/** Roles that are worth what the licence of their kind is worth, once there is one. */
const LICENSED: readonly string[] = Object.values(LicenceKind);

/** The grants of an account that have an effect now: not ended, and those of a licence only while it is valid. */
export async function effectiveGrants(
  manager: EntityManager,
  accountId: string,
  now: Date,
): Promise<(Grant & { readonly expiresAt: Date | null })[]> {
  const held = await manager.find(RoleGrant, {
    where: stillHeld(now).map((each) => ({ accountId, ...each })),
    order: { id: 'ASC' },
  });
  const barred = await barredRoles(manager, accountId, held, now);
  const grants = held.filter(({ role }) => !barred.has(role));
  const roles = [...new Set(grants.map(({ role }) => role))];
  const permissions = roles.length === 0 ? [] : await manager.findBy(RolePermission, { role: In(roles) });
  return grants.map(({ role, scope, scopeId, expiresAt }) => ({
    role,
    scope,
    scopeId,
    expiresAt,
    permissions: permissions
      .filter((each) => each.role === role)
      .map((each) => each.permission)
      .toSorted(),
  }));
}

async function barredRoles(
  manager: EntityManager,
  accountId: string,
  held: readonly RoleGrant[],
  now: Date,
): Promise<Set<string>> {
  if (!held.some(({ role }) => LICENSED.includes(role))) return new Set();
  const licences = await manager.find(StaffLicence, {
    where: { accountId },
    select: { id: true, kind: true, status: true, validUntil: true },
  });
  const today = businessDay(now);
  return new Set<string>(licences.filter((each) => !isValidOn(each, today)).map(({ kind }) => kind));
}
