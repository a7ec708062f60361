import { z } from 'zod';
import { loadConfig } from '../../shared/config/config.ts';
import { bookingLimitVariables } from './appointment/booking-limits.ts';
import { storageProblems, storageVariables } from '../../shared/storage/storage-config.ts';

export const own = {
  SIGNING_PIN_KEY: z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hexadecimal'),
  ...bookingLimitVariables,
  ...storageVariables,
};

/** The environment of care. @throws AppError CONFIG_INVALID */
export function loadCareConfig(env: NodeJS.ProcessEnv) {
  return loadConfig('care', env, own, storageProblems);
}
