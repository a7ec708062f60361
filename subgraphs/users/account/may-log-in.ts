import type { EntityManager } from 'typeorm';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Account, AccountStatus } from './account.entity.ts';

/** Nobody begins or goes on with a session of an account that is suspended or erased. @throws AppError ACCOUNT_SUSPENDED */
export async function assertMayLogIn(manager: EntityManager, accountId: string): Promise<void> {
  if (!(await manager.existsBy(Account, { id: accountId, status: AccountStatus.ACTIVE }))) {
    throw new AppError('ACCOUNT_SUSPENDED');
  }
}
