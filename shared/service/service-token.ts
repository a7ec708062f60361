import { createHash } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { MAX_SKEW_MS } from '../clock/clock-skew.ts';
import { processClock } from '../clock/steady-clock.ts';
import { AppError } from '../errors/app-error.ts';
import { type CallGuard, newNonce } from '../signing/call-guard.ts';

const LIFETIME_S = 60;
const LEEWAY_S = MAX_SKEW_MS / 1000;
const claims = z.object({
  iss: z.string(),
  iat: z.number(),
  sub: z.string().optional(),
  /** Of the one call that it is for, see {@link OneCall}: without them it could be used again and again. */
  tgt: z.string().min(1),
  jti: z.string().min(1),
  bdy: z.string().min(1),
});

/**
 * The keys of the subgraphs as configuration gives them: one for each two of them, of which a process needs those with
 * its own name, `{"care:users": "<64 hex digits>", …}` in the order of the alphabet; or one for each, by which every
 * process could speak for every other, `{"users": "<64 hex digits>", …}`.
 */
const serviceKeys = z.string().transform((text, context) => {
  try {
    const parsed = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Said below, without a word of what stands in it.
  }
  context.addIssue('must be {"<subgraph>:<subgraph>": 64 hexadecimal digits}');
  return z.NEVER;
});

export type ServiceKeys = z.infer<typeof serviceKeys>;

/** Those of a subgraph: that there is one for each other that it may have to call. */
export const serviceKeysOf = (name: string, others: readonly string[]) =>
  serviceKeys.superRefine((keys, context) => {
    const lacking = others.filter((other) => keyNameFor(keys, name, other) === undefined);
    if (lacking.length > 0) {
      context.addIssue(`has no key for ${lacking.map((other) => pairOf(name, other)).join(', ')}`);
    }
  });

const pairOf = (one: string, other: string): string =>
  [one, other].toSorted((a, b) => (a < b ? -1 : 1)).join(':');

const keyNameFor = (keys: ServiceKeys, from: string, to: string): string | undefined =>
  [pairOf(from, to), from].find((each) => Object.hasOwn(keys, each));

/** With which one subgraph speaks to another. */
const keyFor = (keys: ServiceKeys, from: string, to: string): Buffer => {
  const name = keyNameFor(keys, from, to);
  const key = name === undefined ? undefined : keys[name];
  if (key === undefined) throw new AppError('UNTRUSTED_CALLER');
  return Buffer.from(key, 'hex');
};

/** The one call that a token is good for. */
export interface OneCall {
  /** The process that it is for. */
  readonly instance: string;
  readonly body: string;
}

/**
 * A token with which one subgraph makes one call to another, within a minute.
 * @param onBehalfOf the account in whose name it calls; undefined when it is for itself.
 */
export function signServiceToken(
  keys: ServiceKeys,
  from: string,
  to: string,
  onBehalfOf: string | undefined,
  call: OneCall,
): string {
  const once = { tgt: call.instance, jti: newNonce(), bdy: hashOf(call.body) };
  return jwt.sign({ iat: nowS(), ...once }, keyFor(keys, from, to), {
    ...(onBehalfOf !== undefined && { subject: onBehalfOf }),
    algorithm: 'HS256',
    issuer: from,
    audience: `service:${to}`,
    expiresIn: LIFETIME_S,
  });
}

const hashOf = (body: string): string => createHash('sha256').update(body).digest('base64url');

export interface ServiceCaller {
  readonly name: string;
  readonly onBehalfOf?: string;
}

const nowS = () => Math.floor(processClock.ms() / 1000);

/**
 * The subgraph that calls, and in whose name.
 * @param call what comes with the token, and who lets it in once
 * @throws AppError UNTRUSTED_CALLER, also for a token that is not of one call; CLOCK_SKEW when it was made too long ago
 *   by our clock, or in the future; MISDIRECTED_CALL, CALL_REPLAYED
 */
export function verifyServiceToken(
  keys: ServiceKeys,
  token: string,
  me: string,
  call: { readonly body: string; readonly guard: CallGuard },
): ServiceCaller {
  try {
    const from = jwt.decode(token, { json: true })?.iss ?? '';
    const verified = jwt.verify(token, keyFor(keys, from, me), {
      algorithms: ['HS256'],
      issuer: from,
      audience: `service:${me}`,
      // Told apart below from a token that nobody may use.
      ignoreExpiration: true,
    });
    const { iss, iat, sub, tgt, jti, bdy } = claims.parse(verified);
    const now = nowS();
    // No longer than the guard remembers.
    if (Math.abs(now - iat) > LEEWAY_S) throw new AppError('CLOCK_SKEW');
    if (bdy !== hashOf(call.body)) throw new AppError('UNTRUSTED_CALLER');
    call.guard.admit({ target: tgt, nonce: jti, timestamp: iat * 1000 }, now * 1000);
    return { name: iss, ...(sub !== undefined && { onBehalfOf: sub }) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('UNTRUSTED_CALLER', {}, { cause: error });
  }
}
