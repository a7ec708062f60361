import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { type Actor, holds, type Place } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { lockAccount } from '../account/lock-account.ts';
import { assertAnotherAdmin, PLATFORM_ADMIN } from './last-admin.ts';
import type { PermissionName } from './permission-catalogue.ts';
import { RoleGrant, RolePermission } from './role-grant.entity.ts';
import type { GrantPlace } from './scope.ts';
import { assertCompatible } from './separation.ts';

/** Who sees the names and numbers of persons in full. */
export const PII_READER = 'PII_READER';

/**
 * Roles that are given by who may appoint, not by who holds what they allow: practising needs a licence, no
 * administrator reads the audit, and none sees persons in full unless another one wants it.
 */
const APPOINTED_WITH: Readonly<Record<string, PermissionName>> = {
  DOCTOR: 'staff.license',
  PHARMACIST: 'staff.license',
  AUDITOR: 'auditor.appoint',
  [PII_READER]: 'role.manage',
};

export interface Gift extends GrantPlace {
  readonly accountId: string;
  readonly role: string;
  readonly grantedBy: string;
  /** Null for a role that stays until it is taken. */
  readonly expiresAt: Date | null;
}

/** Whether an actor may appoint to a role whatever it allows; undefined for a role that is not given so. */
export function mayAppoint(actor: Actor, role: string, place: Place): boolean | undefined {
  const needed = Object.hasOwn(APPOINTED_WITH, role) ? APPOINTED_WITH[role] : undefined;
  return needed && holds(actor, needed, place);
}

/** Nobody gives what they do not hold there. */
export async function mayGive(
  manager: EntityManager,
  actor: Actor,
  role: string,
  place: Place,
): Promise<boolean> {
  const appoints = mayAppoint(actor, role, place);
  if (appoints !== undefined) return appoints;
  const permissions = await manager.findBy(RolePermission, { role });
  return permissions.every(({ permission }) => holds(actor, permission, place));
}

/** The condition for grants that have not ended by themselves. */
export function stillHeld(now: Date): { expiresAt: ReturnType<typeof IsNull> }[] {
  return [{ expiresAt: IsNull() }, { expiresAt: MoreThan(now) }];
}

/**
 * Writes a grant, or the new end of one that is there.
 * @returns false when there was nothing to change
 * @throws AppError NOT_FOUND, ROLES_INCOMPATIBLE; LAST_ADMIN for an end of the role of the last administrator
 */
export async function giveRole(tx: Tx, gift: Gift, now: Date): Promise<boolean> {
  const { manager } = tx;
  const { accountId, role, scope, scopeId, hospitalId, grantedBy, expiresAt } = gift;
  await lockAccount(tx, accountId);
  const held = await manager.find(RoleGrant, {
    where: stillHeld(now).map((each) => ({ accountId, ...each })),
  });
  await assertCompatible(manager, [role, ...held.map((each) => each.role)]);
  const place = { accountId, role, scope, scopeId, hospitalId };
  const known = await manager.findOneBy(RoleGrant, place);
  if (known === null) {
    const row = { id: newId('grt'), ...place, grantedBy, grantedAt: now, expiresAt };
    await manager.upsert(RoleGrant, row, ['accountId', 'role', 'scope', 'scopeId', 'hospitalId']);
    return true;
  }
  if (known.expiresAt?.getTime() === expiresAt?.getTime()) return false;
  const ends = expiresAt !== null && role === PLATFORM_ADMIN.role && scope === PLATFORM_ADMIN.scope;
  if (ends) await assertAnotherAdmin(tx, accountId);
  await manager.update(RoleGrant, { id: known.id }, { expiresAt, grantedBy, grantedAt: now });
  return true;
}
