import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

const LIFETIME_S = 60;
const claims = z.object({ iss: z.string(), exp: z.number(), sub: z.string().optional() });

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
  return jwt.sign({}, keyFor(keys, from), {
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

/** The subgraph that calls, and in whose name. @throws AppError UNTRUSTED_CALLER */
export function verifyServiceToken(keys: ServiceKeys, token: string, me: string): ServiceCaller {
  try {
    const from = jwt.decode(token, { json: true })?.iss ?? '';
    const verified = jwt.verify(token, keyFor(keys, from), {
      algorithms: ['HS256'],
      issuer: from,
      audience: `service:${me}`,
    });
    const { iss, sub } = claims.parse(verified);
    return { name: iss, ...(sub !== undefined && { onBehalfOf: sub }) };
  } catch (error) {
    throw new AppError('UNTRUSTED_CALLER', {}, { cause: error });
  }
}
