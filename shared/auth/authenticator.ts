import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { logger } from '../logging/logger.ts';
import { keyIdOf, verifyAccessToken, type VerifiedToken } from './access-token.ts';

/** A key id that nobody knows makes us ask again, but not more often than this, ms. */
const ASK_AGAIN_MS = 5000;
const KEEP = 10_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('RSA') })) });

/** Tells from an Authorization header who calls. The signing keys come from users' `/jwks.json`. */
export class Authenticator {
  readonly #jwksUrl: string;
  readonly #verified = new Map<string, VerifiedToken>();
  #keys = new Map<string, KeyObject>();
  #askedAt = 0;

  constructor(jwksUrl: string) {
    this.#jwksUrl = jwksUrl;
  }

  /**
   * What an Authorization header says, cached until its expiry.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, UNAVAILABLE when the keys cannot be had
   */
  async verify(authorization: string): Promise<VerifiedToken> {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('UNAUTHENTICATED');
    const known = this.#verified.get(token);
    if (known !== undefined) {
      if (known.expiresAt * 1000 > Date.now()) return known;
      this.#verified.delete(token);
    }
    const fresh = verifyAccessToken(token, await this.#keyOf(token));
    if (this.#verified.size >= KEEP) this.#verified.clear();
    this.#verified.set(token, fresh);
    return fresh;
  }

  async #keyOf(token: string): Promise<KeyObject> {
    const kid = keyIdOf(token);
    if (kid === undefined) throw new AppError('UNAUTHENTICATED');
    if (!this.#keys.has(kid) && Date.now() - this.#askedAt > ASK_AGAIN_MS) await this.#ask();
    const key = this.#keys.get(kid);
    if (key === undefined) throw new AppError('UNAUTHENTICATED');
    return key;
  }

  async #ask(): Promise<void> {
    try {
      const response = await fetch(this.#jwksUrl, { signal: AbortSignal.timeout(3000) });
      const { keys } = keySet.parse(await response.json());
      this.#keys = new Map(
        keys.map((key) => [key.kid, createPublicKey({ key: key as JsonWebKey, format: 'jwk' })]),
      );
      this.#askedAt = Date.now();
    } catch (error) {
      logger().warn({ err: error }, 'signing keys not to be had');
      throw new AppError('UNAVAILABLE', { service: 'users' }, { cause: error });
    }
  }
}
