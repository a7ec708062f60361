import { AppError } from '../../../shared/errors/app-error.ts';
import type { SmsSender } from './sms-sender.ts';

/** Sends to the SMS inbox of a development machine instead of to a phone. */
export class InboxSmsSender implements SmsSender {
  readonly #url: string;

  /** @param base address of the inbox. */
  constructor(base: string) {
    this.#url = new URL('/sms', base).href;
  }

  async sendLoginCode(phone: string, code: string): Promise<void> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phone, text: `【云E养】验证码 ${code}，5 分钟内有效。请勿告诉他人。` }),
      signal: AbortSignal.timeout(3000),
    });
    await response.body?.cancel();
    if (!response.ok)
      throw new AppError('SMS_FAILED', {}, { cause: new Error(`answered ${response.status}`) });
  }
}
