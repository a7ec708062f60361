import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { PaymentProvider, ProviderCallback, ProviderReport } from './payment-provider.ts';
import { isProvidersMessage, providerSignature } from './provider-signature.ts';

const TIMEOUT_MS = 4000;
const ORDERS = '/pay/v1/orders';

const created = z.object({ tradeNo: z.string().max(64), payUrl: z.url().max(512) });
const report = z.object({
  state: z.enum(['OPEN', 'PAID', 'DECLINED', 'CLOSED']),
  amountFen: z.number().int(),
  paidAt: z.coerce.date().nullable(),
});
const notification = z.object({
  notificationId: z.string().min(1).max(64),
  type: z.enum(['PAYMENT_SUCCEEDED', 'PAYMENT_DECLINED']),
  outTradeNo: z.string().max(40),
  amountFen: z.number().int(),
  occurredAt: z.coerce.date(),
});

/** The provider of a development machine: real HTTP to `deploy/sandbox`, which speaks like a provider. */
export class SandboxPaymentProvider implements PaymentProvider {
  readonly #url: string;
  readonly #key: string;
  readonly #now: () => Date;

  /** @param url address of the sandbox. @param key with which both sides sign, 64 hexadecimal digits */
  constructor(url: string, key: string, now: () => Date) {
    this.#url = url;
    this.#key = key;
    this.#now = now;
  }

  async createOrder(order: Parameters<PaymentProvider['createOrder']>[0]) {
    const { paymentId, amountFen, description, expiresAt } = order;
    const input = { outTradeNo: paymentId, amountFen, description, expiresAt: expiresAt.toISOString() };
    return created.parse(await this.#call('POST', ORDERS, input));
  }

  async query(paymentId: string): Promise<ProviderReport | null> {
    return report.nullable().parse(await this.#call('GET', `${ORDERS}/${paymentId}`));
  }

  async close(paymentId: string): Promise<ProviderReport | null> {
    return report.nullable().parse(await this.#call('POST', `${ORDERS}/${paymentId}/close`, {}));
  }

  async refund(refund: Parameters<PaymentProvider['refund']>[0]): Promise<void> {
    const { refundId, paymentId, amountFen, reason } = refund;
    const input = { refundNo: refundId, outTradeNo: paymentId, amountFen, reason };
    if ((await this.#call('POST', '/pay/v1/refunds', input)) === null) throw unavailable('no such order');
  }

  readCallback(
    { path, body, headers }: Parameters<PaymentProvider['readCallback']>[0],
    now: Date,
  ): ProviderCallback | undefined {
    const proof = {
      timestamp: String(headers['x-pay-timestamp'] ?? ''),
      signature: String(headers['x-pay-signature'] ?? ''),
    };
    if (!isProvidersMessage(this.#key, { method: 'POST', path, body }, proof, now)) return undefined;
    const parsed = notification.safeParse(jsonOrNothing(body));
    if (!parsed.success) return undefined;
    const { notificationId, type, outTradeNo, amountFen, occurredAt } = parsed.data;
    const isPaid = type === 'PAYMENT_SUCCEEDED';
    return {
      notificationId,
      paymentId: outTradeNo,
      state: isPaid ? 'PAID' : 'DECLINED',
      amountFen,
      paidAt: isPaid ? occurredAt : null,
    };
  }

  /** The answer; null for 404. */
  async #call(method: 'GET' | 'POST', path: string, input?: object): Promise<unknown> {
    const body = input === undefined ? '' : JSON.stringify(input);
    const timestamp = String(Math.floor(this.#now().getTime() / 1000));
    try {
      const response = await fetch(new URL(path, this.#url), {
        method,
        headers: {
          'content-type': 'application/json',
          'x-pay-timestamp': timestamp,
          'x-pay-signature': providerSignature(this.#key, { method, path, body }, timestamp),
        },
        ...(body && { body }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`the provider answered ${response.status}`);
      return JSON.parse(text);
    } catch (error) {
      logger().warn({ err: error }, 'payment provider call failed');
      throw unavailable(error);
    }
  }
}

function unavailable(cause: unknown): AppError {
  return new AppError('PAYMENT_UNAVAILABLE', {}, { cause });
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
