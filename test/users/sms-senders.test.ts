import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { logger } from '../../shared/logging/logger.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { AliyunSms } from '../../subgraphs/users/sms/aliyun.ts';
import { FailoverSmsSender } from '../../subgraphs/users/sms/failover.ts';
import type { SmsAnswer, SmsProvider } from '../../subgraphs/users/sms/sms-sender.ts';
import { TencentSms } from '../../subgraphs/users/sms/tencent.ts';
import {
  aliyunSays,
  type ProviderServer,
  providerServer,
  tencentRefuses,
  tencentSays,
} from '../testkit/sms-providers.ts';

const PHONE = '+8613800000001';
const CODE = '429517';
const TIMEOUT_MS = 300;
const SECRET = 'secret-of-tencent';
/** What was logged as a warning. */
const written: unknown[] = [];

let aliyunServer: ProviderServer;
let tencentServer: ProviderServer;
let aliyun: SmsProvider;
let tencent: SmsProvider;

beforeEach(async () => {
  vi.spyOn(logger(), 'warn').mockImplementation((...line: unknown[]) => void written.push(line));
  written.length = 0;
  aliyunServer = await providerServer(aliyunSays('OK'));
  tencentServer = await providerServer(tencentSays('Ok'));
  aliyun = aliyunAt(aliyunServer.endpoint);
  tencent = tencentAt(tencentServer.endpoint);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([aliyunServer.close(), tencentServer.close()]);
});

function aliyunAt(endpoint: string): SmsProvider {
  const account = {
    accessKeyId: 'key-of-aliyun',
    accessKeySecret: 'secret-of-aliyun',
    signName: '云E养',
    templateCode: 'SMS_1',
    endpoint,
  };
  return new AliyunSms(account, TIMEOUT_MS);
}

function tencentAt(endpoint: string): SmsProvider {
  const account = {
    secretId: 'id-of-tencent',
    secretKey: SECRET,
    appId: '1400006666',
    signName: '云E养',
    templateId: '1110',
    region: 'ap-guangzhou',
    endpoint,
  };
  return new TencentSms(account, TIMEOUT_MS);
}

const both = () => new FailoverSmsSender([aliyun, tencent]);
const refusal = (code: string, because = 'PROVIDER') => ({ outcome: 'REFUSED', because, code });

test('Aliyun gets a signed SendSms with the template, the code as text, and the number without +86', async () => {
  expect(await aliyun.send(PHONE, CODE)).toEqual({ outcome: 'ACCEPTED' });
  const [call] = aliyunServer.calls;
  expect(Object.fromEntries(call?.query ?? [])).toMatchObject({
    PhoneNumbers: '13800000001',
    SignName: '云E养',
    TemplateCode: 'SMS_1',
    TemplateParam: JSON.stringify({ code: CODE }),
  });
  expect(call?.headers).toMatchObject({ 'x-acs-action': 'SendSms', 'x-acs-version': '2017-05-25' });
  expect(call?.headers.authorization).toMatch(
    /^ACS3-HMAC-SHA256 Credential=key-of-aliyun,SignedHeaders=[\w;-]+,Signature=[0-9a-f]{64}$/,
  );
});

test('Tencent gets SendSms in the signature that its documentation describes', async () => {
  expect(await tencent.send(PHONE, CODE)).toEqual({ outcome: 'ACCEPTED' });
  const [call] = tencentServer.calls;
  expect(JSON.parse(call?.body ?? '')).toEqual({
    PhoneNumberSet: [PHONE],
    SmsSdkAppId: '1400006666',
    SignName: '云E养',
    TemplateId: '1110',
    TemplateParamSet: [CODE],
  });
  expect(call?.headers).toMatchObject({ 'x-tc-action': 'SendSms', 'x-tc-version': '2021-01-11' });
  expect(call?.headers.authorization).toBe(tc3(call?.body ?? '', call?.headers ?? {}));
});

/** TC3-HMAC-SHA256 by hand: https://cloud.tencent.com/document/api/382/52072 */
function tc3(body: string, headers: Record<string, string | string[] | undefined>): string {
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const {
    host: given = '',
    'content-type': type,
    'x-tc-timestamp': time,
  } = headers as Record<string, string>;
  const host = given.split(':')[0] ?? '';
  const day = new Date(Number(time) * 1000).toISOString().slice(0, 10);
  const service = host.split('.')[0] ?? '';
  const canonical = `POST\n/\n\ncontent-type:${type}\nhost:${host}\n\ncontent-type;host\n${sha(body)}`;
  const scope = `${day}/${service}/tc3_request`;
  const text = `TC3-HMAC-SHA256\n${time}\n${scope}\n${sha(canonical)}`;
  const key = mac(mac(mac(`TC3${SECRET}`, day), service), 'tc3_request');
  const signature = mac(key, text).toString('hex');
  return `TC3-HMAC-SHA256 Credential=id-of-tencent/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
}

test.each([
  [aliyunSays('isv.AMOUNT_NOT_ENOUGH'), refusal('isv.AMOUNT_NOT_ENOUGH')],
  [aliyunSays('isv.DAY_LIMIT_CONTROL'), refusal('isv.DAY_LIMIT_CONTROL')],
  [aliyunSays('isv.MOBILE_NUMBER_ILLEGAL'), refusal('isv.MOBILE_NUMBER_ILLEGAL', 'NUMBER_INVALID')],
  [aliyunSays('isv.BUSINESS_LIMIT_CONTROL'), refusal('isv.BUSINESS_LIMIT_CONTROL', 'NUMBER_TOO_OFTEN')],
  [aliyunSays('InvalidAccessKeyId.NotFound', 404), refusal('InvalidAccessKeyId.NotFound')],
  [aliyunSays('SignatureDoesNotMatch', 400), refusal('SignatureDoesNotMatch')],
  [aliyunSays('Throttling.User', 400), refusal('Throttling.User')],
  [aliyunSays('ServiceUnavailable', 503), refusal('ServiceUnavailable')],
  [aliyunSays('InternalError', 500), { outcome: 'UNKNOWN', code: 'InternalError' }],
  [
    { status: 502, body: '<html>Bad Gateway</html>' },
    { outcome: 'UNKNOWN', code: 'NO_ANSWER' },
  ],
  [{ body: {} }, { outcome: 'UNKNOWN', code: 'UNREADABLE' }],
  ['silence', { outcome: 'UNKNOWN', code: 'NO_ANSWER' }],
] as const)('Aliyun: %o', async (answer, expected) => {
  aliyunServer.answer = answer;
  expect(await aliyun.send(PHONE, CODE)).toEqual(expected);
  expect(aliyunServer.calls).toHaveLength(1);
});

test.each([
  [tencentRefuses('AuthFailure.SignatureFailure'), refusal('AuthFailure.SignatureFailure')],
  [tencentRefuses('RequestLimitExceeded'), refusal('RequestLimitExceeded')],
  [tencentRefuses('InternalError.Timeout'), { outcome: 'UNKNOWN', code: 'InternalError.Timeout' }],
  [
    tencentSays('FailedOperation.InsufficientBalanceInSmsPackage'),
    refusal('FailedOperation.InsufficientBalanceInSmsPackage'),
  ],
  [
    tencentSays('InvalidParameterValue.IncorrectPhoneNumber'),
    refusal('InvalidParameterValue.IncorrectPhoneNumber', 'NUMBER_INVALID'),
  ],
  [
    tencentSays('LimitExceeded.PhoneNumberDailyLimit'),
    refusal('LimitExceeded.PhoneNumberDailyLimit', 'NUMBER_TOO_OFTEN'),
  ],
  [{ status: 503, body: '' }, refusal('HTTP_503')],
  [
    { status: 502, body: '' },
    { outcome: 'UNKNOWN', code: 'NO_ANSWER' },
  ],
  [{ body: 'not JSON' }, { outcome: 'UNKNOWN', code: 'NO_ANSWER' }],
  ['silence', { outcome: 'UNKNOWN', code: 'NO_ANSWER' }],
] as const)('Tencent: %o', async (answer, expected) => {
  tencentServer.answer = answer;
  expect(await tencent.send(PHONE, CODE)).toEqual(expected);
  expect(tencentServer.calls).toHaveLength(1);
});

test('who does not listen has certainly sent nothing', async () => {
  const nobody = 'http://127.0.0.1:1';
  for (const provider of [aliyunAt(nobody), tencentAt(nobody)]) {
    expect(await provider.send(PHONE, CODE)).toEqual(refusal('UNREACHABLE'));
  }
});

test('the second provider sends what the first refuses, or may have lost, and the first is asked once', async () => {
  for (const answer of [aliyunSays('isv.AMOUNT_NOT_ENOUGH'), 'silence'] as const) {
    aliyunServer.answer = answer;
    await both().sendLoginCode(PHONE, CODE);
  }
  expect(aliyunServer.calls).toHaveLength(2);
  expect(tencentServer.calls).toHaveLength(2);
});

test('what is wrong with the number is told, and no other provider is asked', async () => {
  aliyunServer.answer = aliyunSays('isv.MOBILE_NUMBER_ILLEGAL');
  await expect(both().sendLoginCode(PHONE, CODE)).rejects.toMatchObject({ code: 'BAD_PHONE' });
  aliyunServer.answer = aliyunSays('isv.BUSINESS_LIMIT_CONTROL');
  await expect(both().sendLoginCode(PHONE, CODE)).rejects.toMatchObject({
    code: 'SMS_TOO_OFTEN',
    params: { seconds: 60 },
  });
  expect(tencentServer.calls).toEqual([]);
});

test('a code that may have been sent stays valid; one that nobody took is a failure', async () => {
  tencentServer.answer = tencentRefuses('AuthFailure.SecretIdNotFound');
  aliyunServer.answer = aliyunSays('InternalError', 500);
  await expect(both().sendLoginCode(PHONE, CODE)).resolves.toBeUndefined();
  aliyunServer.answer = aliyunSays('isv.OUT_OF_SERVICE');
  await expect(both().sendLoginCode(PHONE, CODE)).rejects.toMatchObject({ code: 'SMS_FAILED' });
});

test('a provider that fails five times in a row is left alone, one that refuses numbers is not', async () => {
  const asked = { failing: 0, refusing: 0 };
  const says = (name: keyof typeof asked, answer: SmsAnswer): SmsProvider => ({
    name,
    send: async () => {
      asked[name] += 1;
      return answer;
    },
  });
  const failing = says('failing', { outcome: 'REFUSED', because: 'PROVIDER', code: 'DOWN' });
  const refusing = says('refusing', { outcome: 'REFUSED', because: 'NUMBER_INVALID', code: 'NUMBER' });
  const sender = new FailoverSmsSender([failing, refusing]);
  for (let message = 0; message < 9; message += 1) {
    await expect(sender.sendLoginCode(PHONE, CODE)).rejects.toMatchObject({ code: 'BAD_PHONE' });
  }
  expect(asked).toEqual({ failing: 5, refusing: 9 });
});

test('neither code nor number gets into a log or an error, whatever happens', async () => {
  aliyunServer.answer = 'silence';
  tencentServer.answer = tencentSays(`FailedOperation: ${PHONE} ${CODE}`);
  await both().sendLoginCode(PHONE, CODE);
  const unreachable = new FailoverSmsSender([
    aliyunAt('http://127.0.0.1:1'),
    tencentAt('http://127.0.0.1:1'),
  ]);
  const error: unknown = await unreachable.sendLoginCode(PHONE, CODE).catch((each: unknown) => each);
  const { message, cause, stack } = error as Error;
  const text = JSON.stringify([written, message, cause, stack]);
  expect(written).toHaveLength(4);
  expect(text).not.toContain(CODE);
  expect(text).not.toContain(PHONE.slice(3));
});

test.each([
  ['aliyun', {}, ['ALIYUN_SMS_ACCESS_KEY_ID', 'ALIYUN_SMS_SIGN_NAME', 'ALIYUN_SMS_TEMPLATE_CODE']],
  ['tencent', { TENCENT_SMS_SECRET_ID: 'x' }, ['TENCENT_SMS_SECRET_KEY', 'TENCENT_SMS_APP_ID']],
  ['console,console', {}, ['SMS_PROVIDERS']],
  ['carrier-pigeon', {}, ['SMS_PROVIDERS']],
  ['console', { YEY_MODE: 'production' }, ['SMS_PROVIDERS: console']],
  ['', { YEY_MODE: 'production', ALIYUN_SMS_ENDPOINT: 'http://10.0.0.1' }, ['ALIYUN_SMS_ENDPOINT']],
])('SMS_PROVIDERS=%s with %o is refused, naming what is wrong', (providers, env, names) => {
  let problems = '';
  try {
    loadUsersConfig({ SMS_PROVIDERS: providers, ...env });
  } catch (error) {
    problems = String((error as { params?: { problems: string } }).params?.problems);
  }
  for (const name of names) expect(problems).toContain(name);
  expect(problems).not.toContain('TENCENT_SMS_SECRET_ID');
});
