import { type EntityManager, In } from 'typeorm';
import { stillHeld } from '../role/giving.ts';
import { RoleGrant, RolePermission } from '../role/role-grant.entity.ts';

/** Who may give rights needs a second factor, by whichever role: ADMIN always holds this, a custom role may. */
export const GUARDED_PERMISSION = 'role.manage';

/** Which of the accounts need a second factor, by grants that have not ended. */
export async function guardedAmong(
  manager: EntityManager,
  accountIds: readonly string[],
  now: Date,
): Promise<Set<string>> {
  const roles = await manager.findBy(RolePermission, { permission: GUARDED_PERMISSION });
  const held = await manager.find(RoleGrant, {
    select: { id: true, accountId: true },
    where: stillHeld(now).map((each) => ({
      accountId: In([...accountIds]),
      role: In(roles.map(({ role }) => role)),
      ...each,
    })),
  });
  return new Set(held.map(({ accountId }) => accountId));
}
