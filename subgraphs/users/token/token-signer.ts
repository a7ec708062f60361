import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import { ulid } from 'ulid';
import { AUDIENCE, ISSUER } from '../../../shared/auth/access-token.ts';

/** Signs access tokens (RS256, RFC 9068) and publishes the key that verifies them. */
export class TokenSigner {
  readonly #key: KeyObject;
  readonly #kid: string;
  readonly #jwk: JsonWebKey;

  /** @param pem private RSA key, PKCS #8. */
  constructor(pem: string) {
    this.#key = createPrivateKey(pem);
    this.#jwk = createPublicKey(this.#key).export({ format: 'jwk' });
    this.#kid = createHash('sha256').update(JSON.stringify(this.#jwk)).digest('base64url').slice(0, 16);
  }

  static fromFile(file: string): TokenSigner {
    return new TokenSigner(readFileSync(file, 'utf8'));
  }

  /** @param lifetimeS seconds until it expires. */
  sign(accountId: string, sessionId: string, lifetimeS: number): string {
    return jwt.sign({ sid: sessionId }, this.#key, {
      algorithm: 'RS256',
      header: { alg: 'RS256', typ: 'at+jwt', kid: this.#kid },
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: accountId,
      jwtid: ulid(),
      expiresIn: lifetimeS,
    });
  }

  /** The JSON Web Key Set (RFC 7517). */
  keySet(): { keys: object[] } {
    return { keys: [{ ...this.#jwk, kid: this.#kid, alg: 'RS256', use: 'sig' }] };
  }
}
