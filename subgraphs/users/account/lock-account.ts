import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Account } from './account.entity.ts';

/**
 * Holds an account's row to the end of the transaction: changes of what one account has are one after the other.
 * Whatever else is held comes after it, so that two that meet wait for each other in one order only.
 * @returns null when there is no such account
 */
export async function findLockedAccount({ manager }: Tx, id: string): Promise<Account | null> {
  return manager.findOne(Account, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

/** The same for an account that must be there. @throws AppError NOT_FOUND */
export async function lockAccount(tx: Tx, id: string): Promise<Account> {
  const account = await findLockedAccount(tx, id);
  if (!account) throw new AppError('NOT_FOUND', { what: 'Account' });
  return account;
}
