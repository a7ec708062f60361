import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { phoneProof, type Proof, wechatProof } from '../identity/proof.ts';
import type { LoginStateService } from '../login/login-state.service.ts';
import type { BegunLogin } from '../login/party-login.types.ts';
import type { PartyLoginService } from '../login/party-login.service.ts';
import type { TokenPair } from '../session/session.service.ts';
import type { Wechat } from './wechat.ts';
import { WechatChannel } from './wechat.config.ts';
import type { BeginWechatLoginInput, WechatAuthorisation } from './wechat.inputs.ts';

/** Longer than any code of WeChat. */
const LONGEST_CODE = 128;

/** Login by WeChat, in its four ways. */
export class WechatLoginService {
  readonly #wechat: Wechat;
  readonly #redirectUris: readonly string[];
  readonly #states: LoginStateService;
  readonly #logins: PartyLoginService;

  /** @param redirectUris where browsers may be sent back to, exactly */
  constructor(
    wechat: Wechat,
    redirectUris: readonly string[],
    states: LoginStateService,
    logins: PartyLoginService,
  ) {
    this.#wechat = wechat;
    this.#redirectUris = redirectUris;
    this.#states = states;
    this.#logins = logins;
  }

  /** @throws AppError REDIRECT_NOT_ALLOWED, LOGIN_METHOD_OFF, UNAUTHENTICATED; VALIDATION_FAILED of an app's channel */
  async begin(input: BeginWechatLoginInput, actor: Actor): Promise<BegunLogin> {
    const { channel, redirectUri, isSilent, purpose } = input;
    if (channel !== WechatChannel.WEB_QR && channel !== WechatChannel.IN_APP) {
      throw new AppError('VALIDATION_FAILED', { field: 'channel', reason: 'WEB_QR, IN_APP' });
    }
    if (!this.#redirectUris.includes(redirectUri)) throw new AppError('REDIRECT_NOT_ALLOWED');
    // What is not configured must not leave a row.
    this.#wechat.authorizeUrl(channel, redirectUri, '', isSilent);
    const begun = await this.#states.begin({
      party: partyOf(channel),
      secrets: { redirectUri },
      purpose,
      actor,
    });
    return { ...begun, url: this.#wechat.authorizeUrl(channel, redirectUri, begun.state, isSilent) };
  }

  /** @throws AppError as {@link Wechat.personOf}; LOGIN_STATE_INVALID, IDENTITY_CONFLICT */
  async logIn(input: WechatAuthorisation): Promise<TokenPair> {
    return this.#logins.logIn(await this.prove(input));
  }

  /**
   * Login of the mini-program; with the phone the account is that of the phone.
   * @throws AppError as {@link Wechat.personOf} and {@link Wechat.phoneOf}; IDENTITY_CONFLICT
   */
  async logInByMiniProgram(code: string, phoneCode: string | undefined): Promise<TokenPair> {
    const person = await this.proveMiniProgram(code);
    if (phoneCode === undefined) return this.#logins.logIn(person);
    const phone = phoneProof(await this.#wechat.phoneOf(codeIn(phoneCode)));
    return this.#logins.logIn(person, phone);
  }

  /** Who comes back from WeChat. @param accountId the account to link; undefined for a login */
  async prove({ channel, code, state, verifier }: WechatAuthorisation, accountId?: string): Promise<Proof> {
    if (channel === WechatChannel.MINI_PROGRAM) {
      throw new AppError('VALIDATION_FAILED', { field: 'channel', reason: 'WEB_QR, IN_APP, NATIVE_APP' });
    }
    const ask = async () => wechatProof(await this.#wechat.personOf(channel, codeIn(code)));
    // The SDK of an app hands the code to the app itself: nothing comes back by an address.
    if (channel === WechatChannel.NATIVE_APP) return ask();
    if (!state || !verifier) throw new AppError('LOGIN_STATE_INVALID');
    return this.#states.redeem({ party: partyOf(channel), state, verifier, accountId }, ask);
  }

  async proveMiniProgram(code: string): Promise<Proof> {
    return wechatProof(await this.#wechat.personOf(WechatChannel.MINI_PROGRAM, codeIn(code)));
  }
}

const partyOf = (channel: WechatChannel) => `WECHAT:${channel}`;

/** @throws AppError WECHAT_CODE_WRONG for what can be none, without asking */
function codeIn(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text) || text.length > LONGEST_CODE) throw new AppError('WECHAT_CODE_WRONG');
  return text;
}
