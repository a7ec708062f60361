import { TOTP } from 'otpauth';
import { data } from './client.ts';
import type { Login } from './login.ts';

const CONFIRM = 'mutation ($input: SecondFactorCodeInput!) { confirmSecondFactor(input: $input) { codes } }';

export interface VerifiedLogin extends Login {
  readonly secret: string;
  readonly recoveryCodes: string[];
}

/** What the authenticator app shows. @param steps how many codes before or after now */
export function appCode(secret: string, now: Date = new Date(), steps = 0): string {
  return new TOTP({ secret }).generate({ timestamp: now.getTime() + steps * 30_000 });
}

/** Enrols a login in the second factor, which it has given then: what an ADMIN needs before the role holds. */
export async function withSecondFactor<L extends Login>(login: L): Promise<L & VerifiedLogin> {
  const token = login.accessToken;
  const begun = await data('mutation { beginSecondFactor { secret } }', {}, { token });
  const { secret } = begun.beginSecondFactor as { secret: string };
  const confirmed = await data(CONFIRM, { input: { code: appCode(secret) } }, { token });
  const { codes: recoveryCodes } = confirmed.confirmSecondFactor as { codes: string[] };
  return { ...login, secret, recoveryCodes };
}
