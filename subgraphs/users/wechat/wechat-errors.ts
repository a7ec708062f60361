import { AppError } from '../../../shared/errors/app-error.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { logger } from '../../../shared/logging/logger.ts';

/** WeChat is busy: the same call may be made again at once. */
export class WechatBusy extends Error {}

/** The token of the app itself is not, or no longer, good: another one is to be had. */
export class AppTokenRefused extends Error {}

/** The person must do it again. https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html */
const OF_THE_PERSON: Readonly<Record<number, ErrorCode>> = {
  40029: 'WECHAT_CODE_WRONG',
  40163: 'WECHAT_CODE_WRONG',
  41008: 'WECHAT_CODE_WRONG',
  42003: 'WECHAT_CODE_WRONG',
  40030: 'WECHAT_LOGIN_EXPIRED',
  42001: 'WECHAT_LOGIN_EXPIRED',
  42002: 'WECHAT_LOGIN_EXPIRED',
  42007: 'WECHAT_LOGIN_EXPIRED',
  45011: 'WECHAT_TOO_OFTEN',
  40226: 'WECHAT_RISKY',
};

const BUSY = -1;
/** Not the newest token, an invalid one, one that is over. */
const TOKEN_REFUSED = [40001, 40014, 42001];

/**
 * What an errcode means here. All that the person can't mend (app id, secret, rights, missing parameters, and what is
 * not documented) is ours to mend: the log has its number, without the words of WeChat, which quote the app.
 * @param isByAppToken whether the call was made with the token of the app, not of the person
 */
export function wechatError(path: string, errcode: number, isByAppToken: boolean): Error {
  if (errcode === BUSY) return new WechatBusy(`WeChat ${path} is busy`);
  if (isByAppToken && TOKEN_REFUSED.includes(errcode))
    return new AppTokenRefused(`WeChat ${path} ${errcode}`);
  const code = OF_THE_PERSON[errcode];
  if (code !== undefined) return new AppError(code);
  logger().error({ path, errcode }, 'WeChat refuses how we call it');
  return new AppError('WECHAT_UNAVAILABLE');
}
