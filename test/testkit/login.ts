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

/** Logs in as somebody new, or as the owner of a number. */
export async function logInAnew(phone: string = newPhone(), where: Where = {}): Promise<Login> {
  const answer = await data(
    'mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accessToken refreshToken accountId } }',
    { input: { phone, code: await codeFor(phone, where) } },
    where,
  );
  return answer.logInBySms as Login;
}
