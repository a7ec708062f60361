import { z } from 'zod';
import { loadConfig } from '../../shared/config/config.ts';

export const own = {
  SANDBOX_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be an http:// address')
    .optional(),
};

/** The environment of users. @throws AppError CONFIG_INVALID */
export function loadUsersConfig(env: NodeJS.ProcessEnv) {
  return loadConfig('users', env, own);
}
