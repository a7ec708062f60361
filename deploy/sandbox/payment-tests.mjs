import { objectOf, Refusal } from './http.mjs';

/**
 * What a test says about the payment provider. `callback` is `now` (and again until it is taken), `once`, `twice` (both at
 * the same moment), `late` (after `delayMs`) or `never`.
 * @param {{book: import('./order-book.mjs').OrderBook, callbacks: import('./callbacks.mjs').Callbacks,
 *   lost: import('./payments.mjs').LostAnswers}} parts @returns {import('./http.mjs').Route[]}
 */
export function paymentTestRoutes({ book, callbacks, lost }) {
  /** @param {import('./order-book.mjs').Order} order @param {Record<string, any>} wish @returns {Promise<number[]>} */
  async function tell(order, { callback = 'now', delayMs = 1000 }) {
    const notification = order.notifications.at(-1);
    if (!notification) return [];
    const send = () => callbacks.send(order, notification);
    if (callback === 'now') return [await callbacks.deliver(order, notification)];
    if (callback === 'once') return [await send()];
    if (callback === 'twice') return Promise.all([send(), send()]);
    if (callback === 'late')
      setTimeout(() => void callbacks.deliver(order, notification), Number(delayMs)).unref();
    else if (callback !== 'never') throw new Refusal(400, 'callback: now, once, twice, late or never');
    return [];
  }
  return [
    ['GET', /^\/sandbox\/payments\.json$/, () => ({ body: book.all() })],
    ['GET', /^\/sandbox\/payments\/([\w-]+)$/, (_call, outTradeNo = '') => ({ body: book.get(outTradeNo) })],
    [
      'POST',
      /^\/sandbox\/payments\/([\w-]+)\/(pay|decline)$/,
      async ({ body }, outTradeNo = '', wish = '') => {
        const order = wish === 'pay' ? book.pay(outTradeNo) : book.decline(outTradeNo);
        return { body: { state: order.state, answers: await tell(order, objectOf(body)) } };
      },
    ],
    [
      // Everything that was ever to be told of an order, once more and one after the other.
      'POST',
      /^\/sandbox\/payments\/([\w-]+)\/callbacks$/,
      async ({ body }, outTradeNo = '') => {
        const order = book.get(outTradeNo);
        const { backwards = false } = objectOf(body);
        const answers = [];
        for (const each of backwards ? order.notifications.toReversed() : order.notifications)
          answers.push(await callbacks.send(order, each));
        return { body: { answers } };
      },
    ],
    [
      'POST',
      /^\/sandbox\/payments\/([\w-]+)\/lost-refund-answers$/,
      ({ body }, outTradeNo = '') => {
        lost.set(`refund:${outTradeNo}`, Number(objectOf(body).times ?? 1));
        return {};
      },
    ],
  ];
}
