import { z } from 'zod';

const NAMES = ['aliyun', 'tencent', 'console'] as const;
const address = z.string().regex(/^https?:\/\/[^\s/]+\/?$/, 'must be https://host');

/** Who sends text messages, in which order, and by which accounts. */
export const smsVariables = {
  SMS_PROVIDERS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.enum(NAMES))),
  ALIYUN_SMS_ACCESS_KEY_ID: z.string().optional(),
  ALIYUN_SMS_ACCESS_KEY_SECRET: z.string().optional(),
  ALIYUN_SMS_SIGN_NAME: z.string().optional(),
  ALIYUN_SMS_TEMPLATE_CODE: z.string().optional(),
  ALIYUN_SMS_ENDPOINT: address.default('https://dysmsapi.aliyuncs.com'),
  TENCENT_SMS_SECRET_ID: z.string().optional(),
  TENCENT_SMS_SECRET_KEY: z.string().optional(),
  TENCENT_SMS_APP_ID: z.string().optional(),
  TENCENT_SMS_SIGN_NAME: z.string().optional(),
  TENCENT_SMS_TEMPLATE_ID: z.string().optional(),
  TENCENT_SMS_REGION: z.string().default('ap-guangzhou'),
  TENCENT_SMS_ENDPOINT: address.default('https://sms.tencentcloudapi.com'),
};

export type SmsVariables = z.infer<z.ZodObject<typeof smsVariables>>;

/** What each provider cannot do without. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  aliyun: [
    'ALIYUN_SMS_ACCESS_KEY_ID',
    'ALIYUN_SMS_ACCESS_KEY_SECRET',
    'ALIYUN_SMS_SIGN_NAME',
    'ALIYUN_SMS_TEMPLATE_CODE',
  ],
  tencent: [
    'TENCENT_SMS_SECRET_ID',
    'TENCENT_SMS_SECRET_KEY',
    'TENCENT_SMS_APP_ID',
    'TENCENT_SMS_SIGN_NAME',
    'TENCENT_SMS_TEMPLATE_ID',
  ],
};

/** What is wrong with the variables taken together, each problem with the name of its variable. */
export function smsProblems(env: Readonly<Record<string, string | undefined>>): string[] {
  const named = (env.SMS_PROVIDERS ?? '').split(',').map((each) => each.trim());
  const missing = named.flatMap((name) =>
    (Object.hasOwn(NEEDS, name) ? (NEEDS[name] ?? []) : [])
      .filter((variable) => !env[variable])
      .map((variable) => `${variable}: is needed by the provider ${name}`),
  );
  const twice = new Set(named).size < named.length ? ['SMS_PROVIDERS: names a provider twice'] : [];
  return [...missing, ...twice, ...(env.YEY_MODE === 'production' ? unfitForProduction(env, named) : [])];
}

function unfitForProduction(
  env: Readonly<Record<string, string | undefined>>,
  named: readonly string[],
): string[] {
  const inClear = ['ALIYUN_SMS_ENDPOINT', 'TENCENT_SMS_ENDPOINT'].filter((variable) =>
    env[variable]?.startsWith('http:'),
  );
  return [
    ...(named.includes('console') ? ['SMS_PROVIDERS: console is for development only'] : []),
    ...inClear.map((variable) => `${variable}: must be https:// in production`),
  ];
}
