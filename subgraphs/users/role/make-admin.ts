import { IsNull } from 'typeorm';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import { phoneProof } from '../identity/proof.ts';
import type { RegistrationService } from '../login/registration.service.ts';
import { giveRole } from './giving.ts';
import { PLATFORM_ADMIN } from './last-admin.ts';
import { Role, RoleGrant } from './role-grant.entity.ts';

const OPERATOR: Actor = { kind: 'service', name: 'make-admin' };

/**
 * Makes the owner of a phone an administrator of the platform, and an account for it when there is none: the way to
 * the first one, and with `--force` the way back in when none of them can be reached.
 * @param args `<phone> [--force]` @returns the account
 * @throws AppError BAD_PHONE; ADMIN_EXISTS without `--force` when somebody else is one; ROLES_INCOMPATIBLE
 */
export async function makeAdmin(
  { db, audit, now }: Pick<Foundation, 'db' | 'audit' | 'now'>,
  registration: RegistrationService,
  args: readonly string[],
): Promise<string> {
  const isForced = args.includes('--force');
  const phone = normalisePhone(args.find((each) => each !== '--force') ?? '');
  return db.transaction(async (tx) => {
    await lockAdmins(tx);
    const admins = await tx.manager.findBy(RoleGrant, { ...PLATFORM_ADMIN, expiresAt: IsNull() });
    const { accountId } = await registration.identityOf(tx, phoneProof(phone), OPERATOR);
    if (admins.some((each) => each.accountId === accountId)) return accountId;
    if (admins.length > 0 && !isForced) throw new AppError('ADMIN_EXISTS');
    await giveRole(
      tx,
      { accountId, ...PLATFORM_ADMIN, grantedBy: 'service:make-admin', expiresAt: null },
      now(),
    );
    await audit.record(tx, {
      actor: OPERATOR,
      action: 'role.grant',
      subjectType: 'Account',
      subjectId: accountId,
      detail: { role: PLATFORM_ADMIN.role, scope: PLATFORM_ADMIN.scope, isForced },
    });
    return accountId;
  });
}

/** Where there is no administrator yet there is no grant to lock: two first ones at once meet at the role itself. */
async function lockAdmins({ manager }: Tx): Promise<void> {
  await manager.findOneOrFail(Role, {
    where: { name: PLATFORM_ADMIN.role },
    lock: { mode: 'pessimistic_write' },
  });
}
