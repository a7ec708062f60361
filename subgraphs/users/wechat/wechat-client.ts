import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import type { WechatPerson } from '../identity/proof.ts';
import type { Wechat } from './wechat.ts';
import { type WechatApp, WechatChannel, type WechatConfig } from './wechat.config.ts';
import { WechatAppToken } from './wechat-app-token.ts';
import { AppTokenRefused } from './wechat-errors.ts';
import { WechatHttp } from './wechat-http.ts';

const name = z.string().min(1).max(64);
const optionalName = z
  .string()
  .max(64)
  .optional()
  .transform((text) => (text === '' ? undefined : text));

/** `session_key` is in the answer too: it goes no further than this. */
const session = z.object({ openid: name, unionid: optionalName });
const exchanged = z.object({
  access_token: z.string().min(1),
  openid: name,
  unionid: optionalName,
  scope: z.string().default(''),
});
const userinfo = z.object({ openid: name, unionid: optionalName });
const phoneAnswer = z.object({
  phone_info: z.object({
    purePhoneNumber: z.string(),
    countryCode: z.string(),
    watermark: z.object({ appid: z.string() }),
  }),
});

/** Scopes with which a person lets us see the profile, and so the unionid. */
const WITH_PROFILE = ['snsapi_userinfo', 'snsapi_login'];

/** WeChat's servers: https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html */
export class WechatClient implements Wechat {
  readonly #config: WechatConfig;
  readonly #http: WechatHttp;
  readonly #now: () => Date;
  #phoneToken: WechatAppToken | undefined;

  constructor(config: WechatConfig, http: WechatHttp, now: () => Date) {
    this.#config = config;
    this.#http = http;
    this.#now = now;
  }

  authorizeUrl(
    channel: WechatChannel.WEB_QR | WechatChannel.IN_APP,
    redirectUri: string,
    state: string,
    isSilent: boolean,
  ): string {
    const isQr = channel === WechatChannel.WEB_QR;
    const inAppScope = isSilent ? 'snsapi_base' : 'snsapi_userinfo';
    // WeChat wants them in this order.
    const query = new URLSearchParams({
      appid: this.#app(channel).appId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: isQr ? 'snsapi_login' : inAppScope,
      state,
    });
    const path = isQr ? '/connect/qrconnect' : '/connect/oauth2/authorize';
    return `${this.#config.openUrl.replace(/\/$/, '')}${path}?${query.toString()}#wechat_redirect`;
  }

  async personOf(channel: WechatChannel, code: string): Promise<WechatPerson> {
    const { appId, secret } = this.#app(channel);
    if (channel === WechatChannel.MINI_PROGRAM) {
      const query = { appid: appId, secret, js_code: code, grant_type: 'authorization_code' };
      const { openid, unionid } = await this.#http.call({ path: '/sns/jscode2session', query }, session);
      return { appId, openid, unionid };
    }
    const query = { appid: appId, secret, code, grant_type: 'authorization_code' };
    const got = await this.#http.call({ path: '/sns/oauth2/access_token', query }, exchanged);
    const seesProfile = got.scope.split(',').some((scope) => WITH_PROFILE.includes(scope));
    const unionid = got.unionid ?? (seesProfile ? await this.#unionidOf(got) : undefined);
    return { appId, openid: got.openid, unionid };
  }

  async phoneOf(phoneCode: string): Promise<string> {
    const app = this.#app(WechatChannel.MINI_PROGRAM);
    const tokens = (this.#phoneToken ??= new WechatAppToken(this.#http, app, this.#now));
    const ask = async () => {
      const token = await tokens.get();
      const call = {
        path: '/wxa/business/getuserphonenumber',
        query: { access_token: token },
        body: { code: phoneCode },
        isByAppToken: true,
      };
      try {
        return await this.#http.call(call, phoneAnswer);
      } catch (error) {
        if (error instanceof AppTokenRefused) await tokens.refuse(token);
        throw error;
      }
    };
    const { phone_info: phone } = await ask()
      .catch((error: unknown) => {
        if (error instanceof AppTokenRefused) return ask();
        throw error;
      })
      .catch((error: unknown) => {
        if (!(error instanceof AppTokenRefused)) throw error;
        throw new AppError('WECHAT_UNAVAILABLE', {}, { cause: error });
      });
    // The number of another app's person is not for us.
    if (phone.watermark.appid !== app.appId) throw new AppError('WECHAT_CODE_WRONG');
    return normalisePhone(`+${phone.countryCode}${phone.purePhoneNumber}`);
  }

  async #unionidOf(got: { access_token: string; openid: string }): Promise<string | undefined> {
    const query = { access_token: got.access_token, openid: got.openid, lang: 'zh_CN' };
    const told = await this.#http.call({ path: '/sns/userinfo', query }, userinfo);
    if (told.openid !== got.openid) throw new AppError('WECHAT_CODE_WRONG');
    return told.unionid;
  }

  #app(channel: WechatChannel): WechatApp {
    const app = this.#config.apps[channel];
    if (app === undefined) throw new AppError('LOGIN_METHOD_OFF');
    return app;
  }
}
