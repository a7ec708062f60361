import { createHash, randomBytes } from 'node:crypto';

const CODE_MS = 5 * 60_000;
const TOKEN_MS = 7_200_000;

/** What WeChat says when something is wrong: with status 200. */
export class WechatRefusal extends Error {
  /** @param {number} errcode @param {string} errmsg */
  constructor(errcode, errmsg) {
    super(errmsg);
    this.errcode = errcode;
  }
}

/** @param {string} prefix @param {string} text */
const named = (prefix, text) =>
  prefix +
  createHash('sha256')
    .update(text)
    .digest('base64url')
    .slice(0, 28 - prefix.length);

/**
 * @typedef {{appid: string, person: string, hasUnion: boolean, scope: string, expiresAt: number, isUsed: boolean}} Code
 * @typedef {{appid: string, phone: string, countryCode: string, isUsed: boolean}} PhoneCode
 * @typedef {{appid: string, code: Code | undefined, expiresAt: number}} Token
 */

/** The people of the sandbox's WeChat, and what their apps were given for them. */
export class WechatPeople {
  /** @type {Map<string, string>} secrets by app id */
  #apps;
  /** @type {Map<string, Code>} */
  #codes = new Map();
  /** @type {Map<string, PhoneCode>} */
  #phoneCodes = new Map();
  /** @type {Map<string, Token>} */
  #tokens = new Map();

  /** @param {Record<string, {appId: string, secret: string}>} apps as `WECHAT_APPS` has them */
  constructor(apps) {
    this.#apps = new Map(Object.values(apps).map(({ appId, secret }) => [appId, secret]));
  }

  /** @param {string} appid @param {string} secret */
  assertApp(appid, secret) {
    if (!appid) throw new WechatRefusal(41002, 'appid missing');
    if (!secret) throw new WechatRefusal(41004, 'appsecret missing');
    const known = this.#apps.get(appid);
    if (known === undefined) throw new WechatRefusal(40013, 'invalid appid');
    if (known !== secret) throw new WechatRefusal(40125, 'invalid appsecret');
  }

  /** A person agrees. @param {{appid: string, person: string, hasUnion?: boolean, scope?: string, isOld?: boolean}} wish */
  agree({ appid, person, hasUnion = true, scope = 'snsapi_login', isOld = false }) {
    const code = randomBytes(16).toString('hex');
    const expiresAt = Date.now() + (isOld ? -1 : CODE_MS);
    this.#codes.set(code, { appid, person, hasUnion, scope, expiresAt, isUsed: false });
    return code;
  }

  /** @param {{appid: string, phone: string, countryCode?: string}} wish */
  agreeToPhone({ appid, phone, countryCode = '86' }) {
    const code = randomBytes(32).toString('hex');
    this.#phoneCodes.set(code, { appid, phone, countryCode, isUsed: false });
    return code;
  }

  /** Uses up a code. @param {string} appid @param {string} text @param {number} whenOld */
  redeem(appid, text, whenOld) {
    if (!text) throw new WechatRefusal(41008, 'missing code');
    const code = this.#codes.get(text);
    if (code === undefined || code.appid !== appid) throw new WechatRefusal(40029, 'invalid code');
    if (code.isUsed) throw new WechatRefusal(40163, 'code been used');
    if (Date.now() >= code.expiresAt) throw new WechatRefusal(whenOld, 'code expired');
    code.isUsed = true;
    return code;
  }

  /** @param {string} appid @param {string} text */
  redeemPhone(appid, text) {
    const code = this.#phoneCodes.get(text);
    if (code === undefined || code.isUsed) throw new WechatRefusal(40029, 'invalid code');
    code.isUsed = true;
    const { phone, countryCode } = code;
    const watermark = { timestamp: Math.floor(Date.now() / 1000), appid: code.appid || appid };
    return { phoneNumber: phone, purePhoneNumber: phone, countryCode, watermark };
  }

  /** A token of an app, or of a person who agreed there. @param {string} appid @param {Code} [code] */
  token(appid, code) {
    const text = randomBytes(32).toString('hex');
    this.#tokens.set(text, { appid, code, expiresAt: Date.now() + TOKEN_MS });
    return text;
  }

  /** @param {string} text */
  tokenOf(text) {
    if (!text) throw new WechatRefusal(41001, 'access_token missing');
    const token = this.#tokens.get(text);
    if (token === undefined) throw new WechatRefusal(40001, 'invalid credential');
    if (Date.now() >= token.expiresAt) throw new WechatRefusal(42001, 'access_token expired');
    return token;
  }

  expireTokens() {
    for (const token of this.#tokens.values()) token.expiresAt = 0;
  }

  /** @param {Pick<Code, 'appid' | 'person'>} code */
  openidOf({ appid, person }) {
    return named('o', `${appid} ${person}`);
  }

  /** All apps are of one owner. @param {string} person */
  unionidOf(person) {
    return named('u', person);
  }
}
