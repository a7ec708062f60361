import { In, type EntityManager } from 'typeorm';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { PermissionName } from './permission-catalogue.ts';
import { RolePermission } from './role-grant.entity.ts';

/** Roles that no account holds together (GB/T 22239-2019, separation of administration and audit). */
const INCOMPATIBLE_ROLES: readonly (readonly [string, string])[] = [['ADMIN', 'AUDITOR']];

/** Permissions that no account holds together, so that a custom role is no way around the roles. */
const INCOMPATIBLE_PERMISSIONS: readonly (readonly [PermissionName, PermissionName])[] = [
  ['audit.read', 'role.manage'],
  ['audit.read', 'account.suspend'],
  ['audit.read', 'auditor.appoint'],
  ['audit.read', 'staff.license'],
];

function clashIn(pairs: readonly (readonly [string, string])[], held: ReadonlySet<string>): boolean {
  return pairs.some(([one, other]) => held.has(one) && held.has(other));
}

/** What may not stand beside these permissions. */
export function rivalsOf(permissions: readonly string[]): string[] {
  return INCOMPATIBLE_PERMISSIONS.flatMap(([one, other]) => [
    ...(permissions.includes(one) ? [other] : []),
    ...(permissions.includes(other) ? [one] : []),
  ]);
}

/** @throws AppError ROLES_INCOMPATIBLE for permissions that one role may not have together */
export function assertSeparate(permissions: readonly string[]): void {
  if (clashIn(INCOMPATIBLE_PERMISSIONS, new Set(permissions))) throw new AppError('ROLES_INCOMPATIBLE');
}

/**
 * Checks roles that one account is to hold together. The caller holds the account's row; the rows of the roles are
 * held from here on, so that no change of them comes in between.
 * @throws AppError ROLES_INCOMPATIBLE
 */
export async function assertCompatible(manager: EntityManager, roles: readonly string[]): Promise<void> {
  const names = [...new Set(roles)].toSorted();
  await manager.query('SELECT name FROM role WHERE name IN (?) ORDER BY name LOCK IN SHARE MODE', [names]);
  const rows = await manager.findBy(RolePermission, { role: In(names) });
  const permissions = new Set(rows.map(({ permission }) => permission));
  if (clashIn(INCOMPATIBLE_ROLES, new Set(names)) || clashIn(INCOMPATIBLE_PERMISSIONS, permissions)) {
    throw new AppError('ROLES_INCOMPATIBLE');
  }
}
