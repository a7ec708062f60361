import { z } from 'zod';
import type { WechatApp } from './wechat.config.ts';
import type { WechatHttp } from './wechat-http.ts';

/** How long before its end a token is not used any more, ms: WeChat gives a new one from five minutes before. */
const MARGIN_MS = 5 * 60_000;

const stableToken = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

interface Token {
  readonly text: string;
  readonly usedUntil: number;
}

/**
 * The token by which an app itself calls WeChat (`/cgi-bin/stable_token`). Every process has one: asking for a stable
 * token does not end the one that another process has.
 */
export class WechatAppToken {
  readonly #http: WechatHttp;
  readonly #app: WechatApp;
  readonly #now: () => Date;
  #token: Promise<Token> | undefined;

  constructor(http: WechatHttp, app: WechatApp, now: () => Date) {
    this.#http = http;
    this.#app = app;
    this.#now = now;
  }

  /** @throws AppError WECHAT_UNAVAILABLE */
  async get(): Promise<string> {
    const asked = (this.#token ??= this.#ask());
    try {
      const { text, usedUntil } = await asked;
      if (this.#now().getTime() < usedUntil) return text;
    } catch (error) {
      this.#drop(asked);
      throw error;
    }
    this.#drop(asked);
    return this.get();
  }

  /** Forgets a token that WeChat refused. */
  async refuse(text: string): Promise<void> {
    const asked = this.#token;
    if (asked && (await asked.catch(() => undefined))?.text === text) this.#drop(asked);
  }

  /** Unless another caller has asked anew meanwhile. */
  #drop(asked: Promise<Token>): void {
    if (this.#token === asked) this.#token = undefined;
  }

  async #ask(): Promise<Token> {
    const { appId, secret } = this.#app;
    const askedAt = this.#now().getTime();
    const body = { grant_type: 'client_credential', appid: appId, secret, force_refresh: false };
    const call = { path: '/cgi-bin/stable_token', query: {}, body };
    const { access_token: text, expires_in: seconds } = await this.#http.call(call, stableToken);
    // One that is nearly over still serves whoever asked for it.
    const usedUntil = askedAt + Math.max(seconds * 1000 - MARGIN_MS, 1000);
    return { text, usedUntil };
  }
}
