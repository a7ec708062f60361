import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { MAX_SKEW_MS } from '../clock/clock-skew.ts';
import { processClock } from '../clock/steady-clock.ts';
import { AppError } from '../errors/app-error.ts';

const LIFETIME_S = 60;
const LEEWAY_S = MAX_SKEW_MS / 1000;
const claims = z.object({ iss: z.string(), iat: z.number(), exp: z.number(), sub: z.string().optional() });

/** The keys of the subgraphs as configuration gives them: `{"users":"<64 hex digits>", …}`. */
export const serviceKeys = z.string().transform((text, context) => {
  try {
    const parsed = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Said below, without a word of what stands in it.
  }
  context.addIssue('must be {"<subgraph>": 64 hexadecimal digits}');
  return z.NEVER;
});

export type ServiceKeys = z.infer<typeof serviceKeys>;

const keyFor = (keys: ServiceKeys, name: string): Buffer => {
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (key === undefined) throw new AppError('UNTRUSTED_CALLER');
  return Buffer.from(key, 'hex');
};

/**
 * A token with which one subgraph calls another, for a minute.
 * @param onBehalfOf the account in whose name it calls, if it is not for itself.
 */
export function signServiceToken(keys: ServiceKeys, from: string, to: string, onBehalfOf?: string): string {
  return jwt.sign({ iat: nowS() }, keyFor(keys, from), {
    ...(onBehalfOf !== undefined && { subject: onBehalfOf }),
    algorithm: 'HS256',
    issuer: from,
    audience: `service:${to}`,
    expiresIn: LIFETIME_S,
  });
}

export interface ServiceCaller {
  readonly name: string;
  readonly onBehalfOf?: string;
}

const nowS = () => Math.floor(processClock.ms() / 1000);

/**
 * The subgraph that calls, and in whose name.
 * @throws AppError UNTRUSTED_CALLER; CLOCK_SKEW when it was made too long ago by our clock, or in the future
 */
export function verifyServiceToken(keys: ServiceKeys, token: string, me: string): ServiceCaller {
  try {
    const from = jwt.decode(token, { json: true })?.iss ?? '';
    const verified = jwt.verify(token, keyFor(keys, from), {
      algorithms: ['HS256'],
      issuer: from,
      audience: `service:${me}`,
      // Told apart below from a token that nobody may use.
      ignoreExpiration: true,
    });
    const { iss, iat, exp, sub } = claims.parse(verified);
    const now = nowS();
    if (exp < now - LEEWAY_S || iat > now + LEEWAY_S) throw new AppError('CLOCK_SKEW');
    return { name: iss, ...(sub !== undefined && { onBehalfOf: sub }) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('UNTRUSTED_CALLER', {}, { cause: error });
  }
}
