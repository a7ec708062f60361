import { escaped, objectOf, page } from './http.mjs';
import { assertSigned } from './signature.mjs';

/**
 * @typedef {import('./http.mjs').Route} Route
 * @typedef {import('./order-book.mjs').OrderBook} OrderBook
 * @typedef {import('./callbacks.mjs').Callbacks} Callbacks
 */

const ORDER = '/pay/v1/orders/([\\w-]+)';

/** @param {import('./order-book.mjs').Order} order */
const shown = ({ outTradeNo, tradeNo, amountFen, state, paidAt, refundedFen }) => ({
  outTradeNo,
  tradeNo,
  amountFen,
  state,
  paidAt,
  refundedFen,
});

/** How many answers to a kind of call get lost though the call has its effect. */
export class LostAnswers {
  /** @type {Map<string, number>} */
  #left = new Map();

  /** @param {string} key @param {number} times */
  set(key, times) {
    this.#left.set(key, times);
  }

  /** @param {string} key */
  take(key) {
    const left = this.#left.get(key) ?? 0;
    if (left > 0) this.#left.set(key, left - 1);
    return left > 0;
  }
}

/**
 * The provider's interface for merchants; every call is signed.
 * @param {{book: OrderBook, key: string, url: string, lost: LostAnswers}} parts @returns {Route[]}
 */
export function merchantRoutes({ book, key, url, lost }) {
  return [
    [
      'POST',
      /^\/pay\/v1\/orders$/,
      (call) => {
        assertSigned(key, call);
        const order = book.create(objectOf(call.body));
        return { body: { ...shown(order), payUrl: `${url}/pay/${order.outTradeNo}` } };
      },
    ],
    [
      'GET',
      new RegExp(`^${ORDER}$`),
      (call, outTradeNo = '') => {
        assertSigned(key, call);
        return { body: shown(book.get(outTradeNo)) };
      },
    ],
    [
      'POST',
      new RegExp(`^${ORDER}/close$`),
      (call, outTradeNo = '') => {
        assertSigned(key, call);
        return { body: shown(book.close(outTradeNo)) };
      },
    ],
    [
      'POST',
      /^\/pay\/v1\/refunds$/,
      (call) => {
        assertSigned(key, call);
        const refund = book.refund(objectOf(call.body));
        return { body: refund, isLost: lost.take(`refund:${refund.outTradeNo}`) };
      },
    ],
  ];
}

/** @param {string} outTradeNo */
const buttons = (outTradeNo) => `<form method="post">
<button formaction="/pay/${outTradeNo}/pay">支付 Pay</button>
<button formaction="/pay/${outTradeNo}/decline">拒绝 Decline</button></form>`;
const STATES = { OPEN: '待支付', PAID: '已支付', DECLINED: '支付失败', CLOSED: '已关闭' };

/** The page on which a person pays. @param {{book: OrderBook, callbacks: Callbacks}} parts @returns {Route[]} */
export function personRoutes({ book, callbacks }) {
  return [
    [
      'GET',
      /^\/pay\/([\w-]+)$/,
      (_call, outTradeNo = '') => {
        const { description, amountFen, state } = book.get(outTradeNo);
        const open = state === 'OPEN' || state === 'DECLINED';
        return page(
          '收银台 Cashier',
          `<p>${escaped(description)}</p><p>¥ ${(amountFen / 100).toFixed(2)}</p>
<p>${STATES[state]} ${state}</p>${open ? buttons(outTradeNo) : ''}`,
        );
      },
    ],
    [
      'POST',
      /^\/pay\/([\w-]+)\/(pay|decline)$/,
      async ({ headers }, outTradeNo = '', wish = '') => {
        const told = book.get(outTradeNo).notifications.length;
        const order = wish === 'pay' ? book.pay(outTradeNo) : book.decline(outTradeNo);
        const fresh = order.notifications[told];
        if (fresh) await callbacks.deliver(order, fresh);
        // A program asks in JSON; the form of the page goes back to it.
        if (headers['content-type']?.startsWith('application/json')) return { body: shown(order) };
        return { status: 303, location: `/pay/${outTradeNo}` };
      },
    ],
  ];
}
