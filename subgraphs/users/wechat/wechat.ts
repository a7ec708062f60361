import type { WechatPerson } from '../identity/proof.ts';
import type { WechatChannel } from './wechat.config.ts';

/** WeChat, as a way to find out who somebody is. */
export interface Wechat {
  /**
   * Where a browser goes to be asked.
   * @param isSilent in WeChat's own browser: without a question, and with the openid alone
   * @throws AppError LOGIN_METHOD_OFF
   */
  authorizeUrl(
    channel: WechatChannel.WEB_QR | WechatChannel.IN_APP,
    redirectUri: string,
    state: string,
    isSilent: boolean,
  ): string;

  /**
   * Whom a code names; it works once.
   * @throws AppError WECHAT_CODE_WRONG, WECHAT_LOGIN_EXPIRED, WECHAT_TOO_OFTEN, WECHAT_RISKY, WECHAT_UNAVAILABLE,
   *   LOGIN_METHOD_OFF
   */
  personOf(channel: WechatChannel, code: string): Promise<WechatPerson>;

  /** The phone that a person of the mini-program let us have, E.164. @throws AppError as above, and BAD_PHONE */
  phoneOf(phoneCode: string): Promise<string>;
}
