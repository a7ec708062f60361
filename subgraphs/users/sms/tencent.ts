import { sms } from 'tencentcloud-sdk-nodejs-sms';
import {
  neverLeft,
  providerCode,
  type RefusalReason,
  type SmsAnswer,
  type SmsProvider,
} from './sms-sender.ts';

export interface TencentAccount {
  readonly secretId: string;
  readonly secretKey: string;
  readonly appId: string;
  readonly signName: string;
  /** Of a template with one variable, the code. */
  readonly templateId: string;
  readonly region: string;
  /** `https://sms.tencentcloudapi.com`, or what stands in its place. */
  readonly endpoint: string;
}

/** Of SendSms: https://cloud.tencent.com/document/product/382/59177; all others another provider may not share. */
const BY_NUMBER: Readonly<Record<string, RefusalReason>> = {
  'InvalidParameterValue.IncorrectPhoneNumber': 'NUMBER_INVALID',
  'LimitExceeded.PhoneNumberThirtySecondLimit': 'NUMBER_TOO_OFTEN',
  'LimitExceeded.PhoneNumberOneHourLimit': 'NUMBER_TOO_OFTEN',
  'LimitExceeded.PhoneNumberDailyLimit': 'NUMBER_TOO_OFTEN',
  'LimitExceeded.PhoneNumberSameContentDailyLimit': 'NUMBER_TOO_OFTEN',
};

type Client = InstanceType<typeof sms.v20210111.Client>;

/** Text messages by Tencent Cloud: SendSms of 2021-01-11. */
export class TencentSms implements SmsProvider {
  readonly name = 'tencent';
  readonly #account: TencentAccount;
  readonly #client: Client;

  /** @param timeoutMs how long an answer may take. */
  constructor(account: TencentAccount, timeoutMs: number) {
    const { protocol, host } = new URL(account.endpoint);
    this.#account = account;
    this.#client = new sms.v20210111.Client({
      credential: { secretId: account.secretId, secretKey: account.secretKey },
      region: account.region,
      profile: {
        httpProfile: { endpoint: host, protocol: `${protocol}//`, reqTimeout: timeoutMs / 1000 },
      },
    });
  }

  async send(phone: string, code: string): Promise<SmsAnswer> {
    const { appId, signName, templateId } = this.#account;
    try {
      const { SendStatusSet } = await this.#client.SendSms({
        PhoneNumberSet: [phone],
        SmsSdkAppId: appId,
        SignName: signName,
        TemplateId: templateId,
        TemplateParamSet: [code],
      });
      const said = SendStatusSet?.[0]?.Code;
      if (said === 'Ok') return { outcome: 'ACCEPTED' };
      return said === undefined ? { outcome: 'UNKNOWN', code: 'UNREADABLE' } : refused(said);
    } catch (error) {
      return answerOf(error);
    }
  }
}

function refused(code: string): SmsAnswer {
  const because = Object.hasOwn(BY_NUMBER, code) ? BY_NUMBER[code] : undefined;
  return { outcome: 'REFUSED', because: because ?? 'PROVIDER', code: providerCode(code) };
}

/** The SDK keeps of a broken connection nothing but its text. */
function answerOf(error: unknown): SmsAnswer {
  const { code, httpCode, message } = error as { code?: string; httpCode?: number; message?: string };
  // An error of theirs that tells of a breakdown inside comes with the status 200 as well.
  if (code !== undefined && !code.startsWith('InternalError')) return refused(code);
  if (httpCode === 503 || (httpCode !== undefined && httpCode < 500)) {
    return { outcome: 'REFUSED', because: 'PROVIDER', code: `HTTP_${httpCode}` };
  }
  if (code === undefined && httpCode === undefined && neverLeft(message ?? '')) {
    return { outcome: 'REFUSED', because: 'PROVIDER', code: 'UNREACHABLE' };
  }
  return { outcome: 'UNKNOWN', code: code === undefined ? 'NO_ANSWER' : providerCode(code) };
}
