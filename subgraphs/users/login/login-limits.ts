import { z } from 'zod';
import { type Window, windowSchema } from '../../../shared/limits/window-counter.ts';

export const LOGIN_ATTEMPTS = [
  'SMS_SEND',
  'SMS_LOGIN',
  'WECHAT',
  'OIDC',
  'REFRESH',
  'SECOND_FACTOR',
] as const;

export type LoginAttempt = (typeof LOGIN_ATTEMPTS)[number];

/**
 * What attempts are counted by. `address` is the caller's network; `device` is the caller's own word, so it only
 * slows down who tells the truth; `subject` is who is to be logged in, wherever the attempt comes from; `pair` is a
 * subject as one address tries it, so that a stranger uses up what the stranger's address may, and not the owner's.
 */
export const COUNTED_BY = ['address', 'device', 'subject', 'pair'] as const;

export type CountedBy = (typeof COUNTED_BY)[number];

export type LoginLimits = Readonly<
  Record<LoginAttempt, Readonly<Partial<Record<CountedBy, readonly Window[]>>>>
>;

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * A hospital with one address for all its people must get through: an address is generous, and the owner of a number
 * is protected by the number's own limits (five codes an hour, ten a day, five tries a code) and by `pair`: of them
 * one address can use up four an hour and eight a day.
 */
const DEFAULTS: LoginLimits = {
  SMS_SEND: {
    address: [
      [100, 10 * MINUTE],
      [2000, DAY],
    ],
    device: [
      [20, HOUR],
      [60, DAY],
    ],
    pair: [
      [4, HOUR],
      [8, DAY],
    ],
  },
  SMS_LOGIN: { address: [[200, 10 * MINUTE]], device: [[60, 15 * MINUTE]], pair: [[10, 15 * MINUTE]] },
  WECHAT: { address: [[200, 10 * MINUTE]], device: [[60, 15 * MINUTE]] },
  OIDC: { address: [[200, 10 * MINUTE]], device: [[60, 15 * MINUTE]] },
  REFRESH: { address: [[600, MINUTE]], device: [[60, MINUTE]] },
  // Who gets here is logged in as the subject: nobody else can use up these tries.
  SECOND_FACTOR: { address: [[200, 10 * MINUTE]], subject: [[10, 15 * MINUTE]] },
};

const windows = z.array(windowSchema).readonly();
const someLimits = z.partialRecord(z.enum(LOGIN_ATTEMPTS), z.partialRecord(z.enum(COUNTED_BY), windows));

/** LOGIN_LIMITS: what differs from the defaults, `{"SMS_SEND": {"address": [[100, 600], [2000, 86400]]}}`. */
export const loginLimits = z
  .string()
  .default('{}')
  .transform((text, context): LoginLimits => {
    try {
      const given = someLimits.safeParse(JSON.parse(text));
      if (given.success) return merged(given.data);
    } catch {
      // Said below.
    }
    context.addIssue(
      `must be {"<${LOGIN_ATTEMPTS.join('|')}>": {"<${COUNTED_BY.join('|')}>": [[attempts, seconds]]}}`,
    );
    return z.NEVER;
  });

function merged(given: Partial<LoginLimits>): LoginLimits {
  const entries = LOGIN_ATTEMPTS.map((kind) => [kind, { ...DEFAULTS[kind], ...given[kind] }]);
  return Object.fromEntries(entries) as LoginLimits;
}
