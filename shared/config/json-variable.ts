import { z } from 'zod';

/**
 * A variable that holds JSON. What is wrong is told by path and kind, never with the value: there are secrets in it.
 * @param schema its messages must not quote what they got
 */
export function jsonVariable<T extends z.ZodType>(schema: T) {
  return z.string().transform((text, context): z.output<T> => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      context.addIssue('must be JSON');
      return z.NEVER;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue(`${path.join('.')}: ${message}`);
    return z.NEVER;
  });
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** An `https://` address in its normal form; `http://` only on this machine (RFC 8252, section 7.3). */
export const secureAddress = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}, 'must be an https:// address, or http:// on this machine');

/** An address that browsers are sent back to: without query, and written as browsers write it. */
export const redirectAddress = secureAddress.refine(
  (text) => !/[?#]/.test(text) && URL.canParse(text) && new URL(text).href === text,
  'must be a whole address without query, such as https://example.org/login',
);
