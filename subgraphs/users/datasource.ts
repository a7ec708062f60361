import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Account } from './account/account.entity.ts';
import { Doctor } from './doctor/doctor.entity.ts';
import { AccountsAndDoctors1764000000000 } from './migrations/1764000000000-accounts-and-doctors.ts';

export const database: DatabaseParts = {
  entities: [Account, Doctor],
  migrations: [AccountsAndDoctors1764000000000],
};
