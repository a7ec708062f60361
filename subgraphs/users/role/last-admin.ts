import { IsNull, Not } from 'typeorm';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Account, AccountStatus } from '../account/account.entity.ts';
import { Role, RoleGrant } from './role-grant.entity.ts';

/** What makes an account an administrator of the platform. */
export const PLATFORM_ADMIN = { role: 'ADMIN', scope: 'PLATFORM', scopeId: '', hospitalId: '' } as const;

/**
 * One administrator of the platform stays without this account: one whose role does not end by itself and whose account
 * is active, so that no passing of time takes the last one away. Removals at the same moment are one after the other.
 * @throws AppError LAST_ADMIN
 */
export async function assertAnotherAdmin({ manager }: Tx, accountId: string): Promise<void> {
  const role = { name: PLATFORM_ADMIN.role };
  await manager.findOneOrFail(Role, { where: role, lock: { mode: 'pessimistic_write' } });
  const others = await manager
    .createQueryBuilder(RoleGrant, 'held')
    .innerJoin(Account, 'account', 'account.id = held.account_id AND account.status = :status', {
      status: AccountStatus.ACTIVE,
    })
    .where({ ...PLATFORM_ADMIN, expiresAt: IsNull(), accountId: Not(accountId) })
    .getCount();
  if (others === 0) throw new AppError('LAST_ADMIN');
}

/** The same for an account that may be none. @throws AppError LAST_ADMIN */
export async function assertNotLastAdmin(tx: Tx, accountId: string): Promise<void> {
  if (await tx.manager.existsBy(RoleGrant, { ...PLATFORM_ADMIN, accountId })) {
    await assertAnotherAdmin(tx, accountId);
  }
}
