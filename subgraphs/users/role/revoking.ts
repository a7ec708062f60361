import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { licencesOf, licensedGrants } from './effective-grants.ts';
import { assertMayChange, type WantedGrant } from './grant-check.service.ts';
import { assertAnotherAdmin, PLATFORM_ADMIN } from './last-admin.ts';
import { RoleGrant, RolePermission } from './role-grant.entity.ts';
import type { GrantPlace } from './scope.ts';

/**
 * Deletes a grant: its row, and every row that an older release wrote for a wider place and that a licence narrows to
 * this one, since {@link effectiveGrants} answers with the narrowed place and nobody sees another one to revoke. The
 * state of the licence does not count: what was suspended may be reinstated, and the grant with it.
 * @returns the rows as they were
 * @throws AppError FORBIDDEN for a row that also allows something at a place where the actor may not change it;
 *   LAST_ADMIN for the last administrator of the platform
 */
export async function revokeGrant(tx: Tx, actor: Actor, wanted: WantedGrant): Promise<RoleGrant[]> {
  const { manager } = tx;
  const { accountId, role } = wanted;
  const held = await manager.findBy(RoleGrant, { accountId, role });
  const permissions = (await manager.findBy(RolePermission, { role })).map((each) => each.permission);
  const licences = await licencesOf(manager, accountId);
  const revoked: RoleGrant[] = [];
  for (const row of held) {
    const worth = licensedGrants(row, permissions, licences);
    if (!isSamePlace(row, wanted)) {
      if (!worth.some((each) => isSamePlace(each, wanted))) continue;
      if (worth.some((each) => !isSamePlace(each, wanted))) {
        await assertMayChange(manager, actor, placed(wanted, row));
      }
    }
    if (isSamePlace(row, PLATFORM_ADMIN) && role === PLATFORM_ADMIN.role) {
      await assertAnotherAdmin(tx, accountId);
    }
    await manager.delete(RoleGrant, { id: row.id });
    revoked.push(row);
  }
  return revoked;
}

function placed(wanted: WantedGrant, { scope, scopeId, hospitalId }: GrantPlace): WantedGrant {
  return { ...wanted, scope, scopeId, hospitalId };
}

function isSamePlace(one: GrantPlace, other: GrantPlace): boolean {
  return one.scope === other.scope && one.scopeId === other.scopeId && one.hospitalId === other.hospitalId;
}
