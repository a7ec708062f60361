import { processClock } from '../clock/steady-clock.ts';
import { AppError } from '../errors/app-error.ts';
import { keyIdOf, verifyAccessToken, type VerifiedToken } from './access-token.ts';
import { type KeyTimes, SigningKeys } from './signing-keys.ts';

const KEEP = 10_000;

/** Tells from an Authorization header who calls. The signing keys come from users' `/jwks.json`. */
export class Authenticator {
  readonly #keys: SigningKeys;
  readonly #verified = new Map<string, { readonly kid: string; readonly token: VerifiedToken }>();

  /** @param times how the keys are kept up to date, where that is not the usual. */
  constructor(jwksUrl: string, times: Partial<KeyTimes> = {}) {
    this.#keys = new SigningKeys(jwksUrl, times);
  }

  /**
   * What an Authorization header says, cached until its expiry or until its key is withdrawn.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, UNAVAILABLE when the keys cannot be had
   */
  async verify(authorization: string): Promise<VerifiedToken> {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('UNAUTHENTICATED');
    await this.#keys.keepFresh();
    const known = this.#verified.get(token);
    if (known !== undefined) {
      if (this.#keys.has(known.kid) && known.token.expiresAt * 1000 > processClock.ms()) return known.token;
      this.#verified.delete(token);
    }
    const kid = keyIdOf(token);
    if (kid === undefined) throw new AppError('UNAUTHENTICATED');
    const fresh = verifyAccessToken(token, await this.#keys.get(kid));
    if (this.#verified.size >= KEEP) this.#verified.clear();
    this.#verified.set(token, { kid, token: fresh });
    return fresh;
  }
}
