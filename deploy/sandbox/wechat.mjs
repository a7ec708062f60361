import { randomBytes } from 'node:crypto';
import { escaped, objectOf, page } from './http.mjs';
import { WechatRefusal } from './wechat-people.mjs';

/**
 * @typedef {import('./http.mjs').Route} Route
 * @typedef {import('./http.mjs').Call} Call
 * @typedef {import('./wechat-people.mjs').WechatPeople} WechatPeople
 */

/** What WeChat is to answer next in the place of its own answer, by the end of the path. */
export class WechatScript {
  /** @type {Map<string, {errcode: number, times: number}>} */
  #next = new Map();
  /** @type {Map<string, number>} how often each was called */
  calls = new Map();

  /** @param {string} name @param {number} errcode @param {number} times */
  set(name, errcode, times) {
    this.#next.set(name, { errcode, times });
  }

  /** @param {string} name */
  pass(name) {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const next = this.#next.get(name);
    if (next === undefined || next.times < 1) return;
    next.times -= 1;
    throw new WechatRefusal(next.errcode, 'as the test wants it');
  }
}

/**
 * The interface for apps: https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
 * @param {{people: WechatPeople, script: WechatScript}} parts @returns {Route[]}
 */
export function wechatRoutes({ people, script }) {
  /**
   * @param {'GET' | 'POST'} method @param {string} path @param {(call: Call, get: (name: string) => string) => object} answer
   * @returns {Route}
   */
  const route = (method, path, answer) => [
    method,
    new RegExp(`^/wechat${path}$`),
    (call) => {
      // Its answers say text/plain, whatever they hold.
      const type = 'text/plain';
      try {
        script.pass(path.slice(path.lastIndexOf('/') + 1));
        return { type, body: answer(call, (name) => call.query.get(name) ?? '') };
      } catch (error) {
        if (!(error instanceof WechatRefusal)) throw error;
        return { type, body: { errcode: error.errcode, errmsg: error.message } };
      }
    },
  ];
  return [
    route('GET', '/sns/jscode2session', (_call, get) => {
      people.assertApp(get('appid'), get('secret'));
      const code = people.redeem(get('appid'), get('js_code'), 40029);
      return {
        openid: people.openidOf(code),
        session_key: randomBytes(16).toString('base64'),
        ...(code.hasUnion && { unionid: people.unionidOf(code.person) }),
      };
    }),
    route('GET', '/sns/oauth2/access_token', (_call, get) => {
      people.assertApp(get('appid'), get('secret'));
      const code = people.redeem(get('appid'), get('code'), 42003);
      return {
        access_token: people.token(code.appid, code),
        expires_in: 7200,
        refresh_token: randomBytes(32).toString('hex'),
        openid: people.openidOf(code),
        scope: code.scope,
        // In WeChat's browser the profile has to be asked for it.
        ...(code.hasUnion && code.scope === 'snsapi_login' && { unionid: people.unionidOf(code.person) }),
      };
    }),
    route('GET', '/sns/userinfo', (_call, get) => {
      const { code } = people.tokenOf(get('access_token'));
      if (code === undefined || code.scope === 'snsapi_base')
        throw new WechatRefusal(48001, 'api unauthorized');
      const openid = people.openidOf(code);
      if (get('openid') !== openid) throw new WechatRefusal(40003, 'invalid openid');
      const unionid = people.unionidOf(code.person);
      return { openid, nickname: code.person, sex: 0, privilege: [], ...(code.hasUnion && { unionid }) };
    }),
    route('POST', '/cgi-bin/stable_token', ({ body }) => {
      const { appid, secret } = objectOf(body);
      people.assertApp(String(appid ?? ''), String(secret ?? ''));
      return { access_token: people.token(String(appid)), expires_in: 7200 };
    }),
    route('POST', '/wxa/business/getuserphonenumber', ({ body }, get) => {
      const { appid } = people.tokenOf(get('access_token'));
      return {
        errcode: 0,
        errmsg: 'ok',
        phone_info: people.redeemPhone(appid, String(objectOf(body).code ?? '')),
      };
    }),
  ];
}

/** The page on which a person agrees, and what tests do in their place. @param {{people: WechatPeople, script: WechatScript}} parts @returns {Route[]} */
export function wechatPersonRoutes({ people, script }) {
  return [
    [
      'GET',
      /^\/wechat\/connect\/(?:qrconnect|oauth2\/authorize)$/,
      ({ query }) => {
        const hidden = ['appid', 'redirect_uri', 'scope', 'state']
          .map((name) => `<input type="hidden" name="${name}" value="${escaped(query.get(name) ?? '')}">`)
          .join('');
        return page(
          '微信登录 WeChat',
          `<form action="/wechat/sandbox/agree">${hidden}<input name="person" value="alice"> <button>同意 Agree</button></form>`,
        );
      },
    ],
    [
      'GET',
      /^\/wechat\/sandbox\/agree$/,
      ({ query }) => {
        const get = (/** @type {string} */ name) => query.get(name) ?? '';
        const code = people.agree({ appid: get('appid'), person: get('person'), scope: get('scope') });
        const back = new URL(get('redirect_uri'));
        back.searchParams.set('code', code);
        back.searchParams.set('state', get('state'));
        return { status: 302, location: back.href };
      },
    ],
    [
      'POST',
      /^\/wechat\/sandbox\/codes$/,
      ({ body }) => ({
        body: { code: people.agree(/** @type {{appid: string, person: string}} */ (objectOf(body))) },
      }),
    ],
    [
      'POST',
      /^\/wechat\/sandbox\/phone-codes$/,
      ({ body }) => ({
        body: { code: people.agreeToPhone(/** @type {{appid: string, phone: string}} */ (objectOf(body))) },
      }),
    ],
    [
      'POST',
      /^\/wechat\/sandbox\/errors$/,
      ({ body }) => {
        const { name, errcode, times = 1 } = objectOf(body);
        script.set(String(name), Number(errcode), Number(times));
        return {};
      },
    ],
    [
      'POST',
      /^\/wechat\/sandbox\/expire$/,
      () => {
        people.expireTokens();
        return {};
      },
    ],
    ['GET', /^\/wechat\/sandbox\/calls\.json$/, () => ({ body: Object.fromEntries(script.calls) })],
  ];
}
