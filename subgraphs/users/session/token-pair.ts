import { createHash, randomBytes } from 'node:crypto';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { TokenSigner } from '../token/token-signer.ts';
import { RefreshToken, type Session } from './session.entity.ts';

/** How long an access token lives, seconds. */
export const ACCESS_S = 15 * 60;

export interface TokenPair {
  readonly accountId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  /** Whether the second factor was given in the session. */
  readonly hasSecondFactor: boolean;
}

/** Makes access and refresh tokens. */
export class TokenPairs {
  readonly #signer: TokenSigner;
  readonly #chain: BlindIndex;

  /** @param chain derives each refresh token from the one before, so that a repeated refresh gets the same again. */
  constructor(signer: TokenSigner, chain: BlindIndex) {
    this.#signer = signer;
    this.#chain = chain;
  }

  first(): string {
    return randomBytes(32).toString('hex');
  }

  next(refreshToken: string): string {
    return this.#chain.of(refreshToken);
  }

  /** What may have been the next one, also under the other key while keys are changed. */
  possibleNext(refreshToken: string): string[] {
    return this.#chain.candidates(refreshToken);
  }

  /**
   * The access token ends with its session, if not before.
   * @param isRotated whether a refresh issues it: then the access token names the rotation, so that its use is noticed
   */
  of(session: Session, refreshToken: string, now: Date, isRotated: boolean): TokenPair {
    const { accountId, id, expiresAt, secondFactorAt } = session;
    const lifetimeMs = Math.min(ACCESS_S * 1000, expiresAt.getTime() - now.getTime());
    return {
      accountId,
      accessToken: this.#signer.sign(
        accountId,
        id,
        Math.max(1, Math.floor(lifetimeMs / 1000)),
        isRotated ? hashOf(refreshToken) : undefined,
      ),
      accessTokenExpiresAt: new Date(now.getTime() + lifetimeMs),
      refreshToken,
      hasSecondFactor: secondFactorAt !== null,
    };
  }

  /** An access token alone. @param lifetimeS seconds until it expires. */
  access(accountId: string, sessionId: string, lifetimeS: number): string {
    return this.#signer.sign(accountId, sessionId, lifetimeS);
  }
}

/** By what a refresh token is known: the token itself is never kept. */
export function hashOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex');
}

export function tokenRow(refreshToken: string, sessionId: string, createdAt: Date): RefreshToken {
  const tokenHash = hashOf(refreshToken);
  return Object.assign(new RefreshToken(), {
    tokenHash,
    sessionId,
    createdAt,
    usedAt: null,
    accessUsedAt: null,
  });
}
