import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { AccountStatus } from '../account/account.entity.ts';
import { findLockedAccount } from '../account/lock-account.ts';

/**
 * Lets an account begin a session or go on with one, and holds it.
 * @throws AppError ACCOUNT_SUSPENDED for one that is suspended or erased; SESSION_ENDED when there is none any more
 */
export async function assertMayLogIn(tx: Tx, accountId: string): Promise<void> {
  const account = await findLockedAccount(tx, accountId);
  if (account === null) throw new AppError('SESSION_ENDED');
  if (account.status !== AccountStatus.ACTIVE) throw new AppError('ACCOUNT_SUSPENDED');
}
