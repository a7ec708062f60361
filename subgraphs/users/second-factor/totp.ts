import { Secret, TOTP } from 'otpauth';

const ISSUER = '云E养';
const PERIOD_S = 30;
/** How many steps before and after the current one are taken: clocks differ, and typing takes time. */
const WINDOW = 1;
/** As many as the hash has (RFC 4226, section 4, R6). */
const SECRET_BYTES = 20;

/** A new secret in base 32. */
export function newSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What an authenticator app reads from a QR code. @param label tells the owner which account it is */
export function keyUri(secret: string, label: string): string {
  return totp(secret, label).toString();
}

/**
 * The time step whose code was given (RFC 6238: SHA-1, six digits, 30 seconds, one step before and after), undefined
 * for a wrong code and for one of a step that was used before or is older.
 * @param lastStep the last one that was used, if any
 */
export function stepOf(secret: string, code: string, now: Date, lastStep: number | null): number | undefined {
  const delta = totp(secret).validate({ token: code, timestamp: now.getTime(), window: WINDOW });
  if (delta === null) return undefined;
  const step = Math.floor(now.getTime() / 1000 / PERIOD_S) + delta;
  return lastStep !== null && step <= lastStep ? undefined : step;
}

function totp(secret: string, label = ''): TOTP {
  return new TOTP({ issuer: ISSUER, label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_S });
}
