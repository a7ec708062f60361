import { readFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import { ulid } from 'ulid';
import { AUDIENCE, ISSUER } from '../../../shared/auth/access-token.ts';
import { processClock } from '../../../shared/clock/steady-clock.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { type KeyRing, parseKeyRing, published, signingKey } from './key-ring.ts';

/** How often the file of the keys is looked at, ms. */
const LOOK_MS = 1000;

/** Signs access tokens (RS256, RFC 9068) and publishes the keys that verify them. */
export class TokenSigner {
  readonly #now: () => Date;
  #ring: KeyRing;

  /** @param pem private RSA keys, see {@link parseKeyRing}. */
  constructor(pem: string, now: () => Date = () => processClock.now()) {
    this.#ring = parseKeyRing(pem);
    this.#now = now;
  }

  static fromFile(file: string): TokenSigner {
    return new TokenSigner(readFileSync(file, 'utf8'));
  }

  /** Goes on with what stands in the file within a second of its change, until the returned function is called. */
  follow(file: string): () => void {
    let last = '';
    const read = () => {
      try {
        const pem = readFileSync(file, 'utf8');
        if (pem === last) return;
        last = pem;
        this.#ring = parseKeyRing(pem);
        logger().info({ keys: this.#ring.map((each) => each.kid) }, 'signing keys read');
      } catch (error) {
        logger().error({ err: error }, 'the new signing keys are refused, the old ones stay');
      }
    };
    // Not by the file's times: a change between two looks, or within one tick of the clock, must not be missed.
    const timer = setInterval(read, LOOK_MS).unref();
    return () => clearInterval(timer);
  }

  /** @param lifetimeS seconds until it expires. @param rotation the refresh that issues it, if one does. */
  sign(accountId: string, sessionId: string, lifetimeS: number, rotation?: string): string {
    const { key, kid } = signingKey(this.#ring, this.#now().getTime());
    const iat = Math.floor(processClock.ms() / 1000);
    return jwt.sign({ sid: sessionId, iat, ...(rotation && { rot: rotation }) }, key, {
      algorithm: 'RS256',
      header: { alg: 'RS256', typ: 'at+jwt', kid },
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: accountId,
      jwtid: ulid(),
      expiresIn: lifetimeS,
    });
  }

  /** The JSON Web Key Set (RFC 7517) of the key that signs, of the next one, and of those whose tokens still live. */
  keySet(): { keys: object[] } {
    const keys = published(this.#ring, this.#now().getTime());
    return { keys: keys.map(({ jwk, kid }) => ({ ...jwk, kid, alg: 'RS256', use: 'sig' })) };
  }
}
