import { z } from 'zod';
import { loadConfig } from '../../shared/config/config.ts';
import { storageProblems, storageVariables } from '../../shared/storage/storage-config.ts';

export const own = {
  SANDBOX_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be an http:// address')
    .optional(),
  ...storageVariables,
  ERASURE_COOLING_DAYS: z.coerce.number().int().min(0).max(30).default(7),
};

/** The environment of users. @throws AppError CONFIG_INVALID */
export function loadUsersConfig(env: NodeJS.ProcessEnv) {
  return loadConfig('users', env, own, storageProblems);
}
