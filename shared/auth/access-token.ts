import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { processClock } from '../clock/steady-clock.ts';
import { AppError } from '../errors/app-error.ts';

export const ISSUER = 'yuneyang';
export const AUDIENCE = 'yey-api';

const claims = z.object({
  sub: z.string().min(1),
  sid: z.string().min(1),
  jti: z.string().min(1),
  exp: z.number(),
  rot: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export interface VerifiedToken {
  readonly accountId: string;
  readonly sessionId: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** The refresh that issued it, by which the first use of such a token is noticed; undefined for the token of a login. */
  readonly rotation: string | undefined;
}

/** The form of the ids that users gives its keys. */
const KEY_ID = /^[\w-]{16}$/;

/** The key id that a token names, undefined when it is no token at all or no id of ours. */
export function keyIdOf(token: string): string | undefined {
  try {
    const kid: unknown = jwt.decode(token, { complete: true })?.header.kid;
    return typeof kid === 'string' && KEY_ID.test(kid) ? kid : undefined;
  } catch {
    // What stands in it is no JSON.
    return undefined;
  }
}

/**
 * Checks signature (RS256 alone), issuer, audience, type and expiry of an access token (RFC 9068).
 * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED
 */
export function verifyAccessToken(token: string, key: KeyObject): VerifiedToken {
  try {
    const decoded = jwt.verify(token, key, {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: Math.floor(processClock.ms() / 1000),
      complete: true,
    });
    if (decoded.header.typ !== 'at+jwt') throw new AppError('UNAUTHENTICATED');
    const { sub, sid, exp, rot } = claims.parse(decoded.payload);
    return { accountId: sub, sessionId: sid, expiresAt: exp, rotation: rot };
  } catch (error) {
    const code = error instanceof jwt.TokenExpiredError ? 'TOKEN_EXPIRED' : 'UNAUTHENTICATED';
    throw new AppError(code, {}, { cause: error });
  }
}
