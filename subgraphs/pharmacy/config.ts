import { z } from 'zod';
import { loadConfig } from '../../shared/config/config.ts';
import { orderLimitVariables } from './order/order-limits.ts';

const address = z.string().regex(/^https?:\/\/\S+$/, 'must be an http:// address');
const secret = z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hexadecimal');

export const own = {
  SANDBOX_URL: address.optional(),
  PAYMENT_CALLBACK_KEY: secret.optional(),
  INSURANCE_URL: address.optional(),
  INSURANCE_PAASID: z.string().max(64).default('yuneyang'),
  INSURANCE_SECRET_KEY: z.string().min(16).optional(),
  INSURANCE_ORG_CODE: z
    .string()
    .regex(/^[0-9A-Z]{12}$/, 'must be the 12 characters of the institution')
    .default('H31000000001'),
  INSURANCE_ORG_NAME: z.string().max(20).default('云E养互联网医院'),
  INSURANCE_AREA: z
    .string()
    .regex(/^\d{6}$/, 'must be six digits')
    .default('310000'),
  ...orderLimitVariables,
};

/** The environment of pharmacy. @throws AppError CONFIG_INVALID */
export function loadPharmacyConfig(env: NodeJS.ProcessEnv) {
  return loadConfig('pharmacy', env, own);
}

export type PharmacyConfig = ReturnType<typeof loadPharmacyConfig>;
