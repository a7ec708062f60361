import { signed } from './signature.mjs';

const RETRY_MS = [1000, 2000, 4000, 8000, 16_000];

/** Tells the merchant what became of an order: signed, and again until it answers 200. */
export class Callbacks {
  #url;
  #key;

  /** @param {string} url where the merchant listens @param {string} key */
  constructor(url, key) {
    this.#url = url;
    this.#key = key;
  }

  /**
   * One delivery. @param {import('./order-book.mjs').Order} order @param {import('./order-book.mjs').Notification} notification
   * @returns {Promise<number>} the status of the answer, 0 without one
   */
  async send(order, { id, type, occurredAt }) {
    const { outTradeNo, tradeNo, amountFen } = order;
    const body = JSON.stringify({ notificationId: id, type, outTradeNo, tradeNo, amountFen, occurredAt });
    const path = new URL(this.#url).pathname;
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...signed(this.#key, { method: 'POST', path, body }),
        },
        body,
        signal: AbortSignal.timeout(10_000),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** Delivers, and tries again later when that fails. @param {import('./order-book.mjs').Order} order @param {import('./order-book.mjs').Notification} notification */
  async deliver(order, notification, attempt = 0) {
    const status = await this.send(order, notification);
    const pause = RETRY_MS[attempt];
    if (status !== 200 && pause !== undefined) {
      setTimeout(() => void this.deliver(order, notification, attempt + 1), pause).unref();
    }
    return status;
  }
}
