import { z } from 'zod';
import { loadConfig } from '../../shared/config/config.ts';
import { AppError } from '../../shared/errors/app-error.ts';

const own = {
  SANDBOX_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be an http:// address')
    .optional(),
};

/** The environment of users. @throws AppError CONFIG_INVALID */
export function loadUsersConfig(env: NodeJS.ProcessEnv) {
  const config = loadConfig('users', env, own);
  if (config.mode === 'production' && config.own.SANDBOX_URL !== undefined) {
    throw new AppError('CONFIG_INVALID', { problems: 'SANDBOX_URL: is for development only' });
  }
  return config;
}
