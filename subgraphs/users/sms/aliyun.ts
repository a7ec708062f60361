import { createRequire } from 'node:module';
import type Dysmsapi from '@alicloud/dysmsapi20170525';
import type * as OpenApi from '@alicloud/openapi-core';
import {
  neverLeft,
  providerCode,
  type RefusalReason,
  type SmsAnswer,
  type SmsProvider,
} from './sms-sender.ts';

/**
 * The SDK, read when it is needed: it takes a quarter of a second. What a CommonJS module calls `default` is not the
 * same thing to Node and to every loader of tests.
 */
function loadSdk(): typeof Dysmsapi {
  return createRequire(import.meta.url)('@alicloud/dysmsapi20170525') as typeof Dysmsapi;
}

export interface AliyunAccount {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly signName: string;
  /** Of a template with the one variable `code`. */
  readonly templateCode: string;
  /** `https://dysmsapi.aliyuncs.com`, or what stands in its place. */
  readonly endpoint: string;
}

/** Of SendSms: https://help.aliyun.com/document_detail/101346.html; all others another provider may not share. */
const BY_NUMBER: Readonly<Record<string, RefusalReason>> = {
  'isv.MOBILE_NUMBER_ILLEGAL': 'NUMBER_INVALID',
  'isv.BUSINESS_LIMIT_CONTROL': 'NUMBER_TOO_OFTEN',
};
const CONNECT_MS = 2000;

/** Text messages by Aliyun: SendSms of 2017-05-25. */
export class AliyunSms implements SmsProvider {
  readonly name = 'aliyun';
  readonly #account: AliyunAccount;
  readonly #sdk = loadSdk();
  readonly #client: Dysmsapi.default;

  /** @param timeoutMs how long an answer may take. */
  constructor(account: AliyunAccount, timeoutMs: number) {
    const { protocol, host } = new URL(account.endpoint);
    this.#account = account;
    const { $OpenApiUtil } = createRequire(import.meta.url)('@alicloud/openapi-core') as typeof OpenApi;
    this.#client = new this.#sdk.default(
      new $OpenApiUtil.Config({
        accessKeyId: account.accessKeyId,
        accessKeySecret: account.accessKeySecret,
        endpoint: host,
        protocol: protocol.slice(0, -1),
        connectTimeout: Math.min(CONNECT_MS, timeoutMs),
        readTimeout: timeoutMs,
      }),
    );
  }

  async send(phone: string, code: string): Promise<SmsAnswer> {
    const request = new this.#sdk.SendSmsRequest({
      phoneNumbers: phone.slice('+86'.length),
      signName: this.#account.signName,
      templateCode: this.#account.templateCode,
      templateParam: JSON.stringify({ code }),
    });
    try {
      const { body } = await this.#client.sendSms(request);
      if (body?.code === 'OK') return { outcome: 'ACCEPTED' };
      if (body?.code === undefined) return { outcome: 'UNKNOWN', code: 'UNREADABLE' };
      return refused(body.code);
    } catch (error) {
      return answerOf(error);
    }
  }
}

function refused(code: string): SmsAnswer {
  const because = Object.hasOwn(BY_NUMBER, code) ? BY_NUMBER[code] : undefined;
  return { outcome: 'REFUSED', because: because ?? 'PROVIDER', code: providerCode(code) };
}

/** A status below 500 is a refusal; above it, or without an answer, the message may have been taken. */
function answerOf(error: unknown): SmsAnswer {
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  if (statusCode !== undefined && statusCode < 500) return refused(code ?? '');
  if (statusCode === 503) return { outcome: 'REFUSED', because: 'PROVIDER', code: providerCode(code) };
  if (statusCode === undefined && neverLeft(`${code} ${message}`)) {
    return { outcome: 'REFUSED', because: 'PROVIDER', code: 'UNREACHABLE' };
  }
  return { outcome: 'UNKNOWN', code: statusCode === undefined ? 'NO_ANSWER' : providerCode(code) };
}
