import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Account, AccountStatus } from '../account/account.entity.ts';

/** Holds an account to the end of the transaction, so that what changes its sessions is one after the other. */
export async function lockAccount({ manager }: Tx, id: string): Promise<Account | null> {
  return manager.findOne(Account, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

/**
 * Lets an account begin a session or go on with one, and holds it.
 * @throws AppError ACCOUNT_SUSPENDED for one that is suspended or erased; SESSION_ENDED when there is none any more
 */
export async function assertMayLogIn(tx: Tx, accountId: string): Promise<void> {
  const account = await lockAccount(tx, accountId);
  if (account === null) throw new AppError('SESSION_ENDED');
  if (account.status !== AccountStatus.ACTIVE) throw new AppError('ACCOUNT_SUSPENDED');
}
