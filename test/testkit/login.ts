import { randomInt } from 'node:crypto';
import { inject } from 'vitest';
import { data } from './client.ts';
import { environmentOf, until } from './platform.ts';

export interface Login {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accountId: string;
}

/** The platform of its own that a test may have. */
interface Where {
  readonly url?: string;
  readonly dir?: string;
}

export const newPhone = () => `+86139${String(randomInt(100_000_000)).padStart(8, '0')}`;

/** Asks for a code and reads it from the SMS inbox. */
export async function codeFor(phone: string, where: Where = {}): Promise<string> {
  await data(
    'mutation ($input: RequestLoginCodeInput!) { requestLoginCode(input: $input) { validUntil } }',
    { input: { phone } },
    where,
  );
  const inbox = `${environmentOf(where.dir ?? inject('platformDir')).SANDBOX_URL}/sms.json?phone=${encodeURIComponent(phone)}`;
  let code = '';
  await until(async () => {
    const [message] = (await (await fetch(inbox)).json()) as { text: string }[];
    code = /验证码 (\d{6})/.exec(message?.text ?? '')?.[1] ?? '';
    return code !== '';
  });
  return code;
}

/** Logs in as somebody new, or as the owner of a number, and gives the consents that an app asks for. */
export async function logInAnew(phone: string = newPhone(), where: Where = {}): Promise<Login> {
  const answer = await data(
    'mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accessToken refreshToken accountId } }',
    { input: { phone, code: await codeFor(phone, where) } },
    where,
  );
  const login = answer.logInBySms as Login;
  await consent(login.accessToken, where);
  return login;
}

/** Consents to what an app asks for after the first login. */
async function consent(token: string, where: Where): Promise<void> {
  const purposes = ['PRIVACY_POLICY', 'HEALTH_DATA', 'MINOR_GUARDIAN'];
  const fields = purposes.map(
    (purpose) =>
      `${purpose}: giveConsent(input: { purpose: ${purpose}, version: 1, idempotencyKey: "${purpose}" }) { id }`,
  );
  await data(`mutation { ${fields.join(' ')} }`, {}, { ...where, token });
}
