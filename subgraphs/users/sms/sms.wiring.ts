import { logger } from '../../../shared/logging/logger.ts';
import { AliyunSms } from './aliyun.ts';
import { consoleSmsSender } from './console.ts';
import { FailoverSmsSender } from './failover.ts';
import { InboxSmsSender } from './inbox.ts';
import { noSmsSender } from './none.ts';
import type { SmsVariables } from './sms.config.ts';
import type { SmsProvider, SmsSender } from './sms-sender.ts';
import { TencentSms } from './tencent.ts';

/** How long a provider may take to answer, ms: two of them fit into the router's patience with a subgraph. */
const TIMEOUT_MS = 5000;

/** The providers that are configured; without any the sandbox, the console of a development machine, or nobody. */
export function smsSenderOf(
  own: SmsVariables & { readonly SANDBOX_URL?: string | undefined },
  mode: 'development' | 'production',
): SmsSender {
  const { SMS_PROVIDERS, SANDBOX_URL } = own;
  if (SMS_PROVIDERS.includes('console')) return consoleSmsSender;
  if (SMS_PROVIDERS.length > 0) {
    const made = { aliyun: () => aliyun(own), tencent: () => tencent(own) };
    const names = SMS_PROVIDERS.filter((name) => name !== 'console');
    return new FailoverSmsSender(names.map((name) => made[name]()));
  }
  if (SANDBOX_URL !== undefined) return new InboxSmsSender(SANDBOX_URL);
  if (mode === 'development') return consoleSmsSender;
  logger().warn('no provider of text messages: set SMS_PROVIDERS, or nobody can log in by SMS');
  return noSmsSender;
}

function aliyun(own: SmsVariables): SmsProvider {
  const account = {
    accessKeyId: own.ALIYUN_SMS_ACCESS_KEY_ID ?? '',
    accessKeySecret: own.ALIYUN_SMS_ACCESS_KEY_SECRET ?? '',
    signName: own.ALIYUN_SMS_SIGN_NAME ?? '',
    templateCode: own.ALIYUN_SMS_TEMPLATE_CODE ?? '',
    endpoint: own.ALIYUN_SMS_ENDPOINT,
  };
  return new AliyunSms(account, TIMEOUT_MS);
}

function tencent(own: SmsVariables): SmsProvider {
  const account = {
    secretId: own.TENCENT_SMS_SECRET_ID ?? '',
    secretKey: own.TENCENT_SMS_SECRET_KEY ?? '',
    appId: own.TENCENT_SMS_APP_ID ?? '',
    signName: own.TENCENT_SMS_SIGN_NAME ?? '',
    templateId: own.TENCENT_SMS_TEMPLATE_ID ?? '',
    region: own.TENCENT_SMS_REGION,
    endpoint: own.TENCENT_SMS_ENDPOINT,
  };
  return new TencentSms(account, TIMEOUT_MS);
}
