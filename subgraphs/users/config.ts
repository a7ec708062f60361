import { z } from 'zod';
import { loadConfig } from '../../shared/config/config.ts';
import { storageProblems, storageVariables } from '../../shared/storage/storage-config.ts';
import { oidcVariables } from './oidc/oidc.config.ts';
import { wechatVariables } from './wechat/wechat.config.ts';
import { loginLimits } from './login/login-limits.ts';
import { smsProblems, smsVariables } from './sms/sms.config.ts';

export const own = {
  SANDBOX_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be an http:// address')
    .optional(),
  ...storageVariables,
  ...wechatVariables,
  ...oidcVariables,
  ...smsVariables,
  LOGIN_LIMITS: loginLimits,
  ERASURE_COOLING_DAYS: z.coerce.number().int().min(0).max(30).default(7),
};

/** The environment of users. @throws AppError CONFIG_INVALID */
export function loadUsersConfig(env: NodeJS.ProcessEnv) {
  return loadConfig('users', env, own, (given) => [...storageProblems(given), ...smsProblems(given)]);
}
