import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { Refusal } from './http.mjs';

/**
 * @typedef {{id: string, type: 'PAYMENT_SUCCEEDED' | 'PAYMENT_DECLINED', occurredAt: string}} Notification
 * @typedef {{outTradeNo: string, tradeNo: string, amountFen: number, description: string, expiresAt: string,
 *   state: 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED', paidAt: string | null, refundedFen: number,
 *   notifications: Notification[]}} Order
 * @typedef {{refundNo: string, outTradeNo: string, amountFen: number, refundedAt: string}} Refund
 */

const isText = (/** @type {unknown} */ value) =>
  typeof value === 'string' && value !== '' && value.length <= 256;
const isFen = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) > 0;

/** The orders and refunds of the payment provider, kept in a file: whoever paid has paid, though we are restarted. */
export class OrderBook {
  /** @type {Map<string, Order>} */
  #orders = new Map();
  /** @type {Map<string, Refund>} */
  #refunds = new Map();
  #file;

  /** @param {string | undefined} file in memory alone without one */
  constructor(file) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    const { orders, refunds } = JSON.parse(readFileSync(file, 'utf8'));
    this.#orders = new Map(orders);
    this.#refunds = new Map(refunds);
  }

  /** @returns {Order[]} */
  all() {
    return [...this.#orders.values()];
  }

  /** @param {string} outTradeNo @returns {Order} */
  get(outTradeNo) {
    const found = this.#orders.get(outTradeNo);
    if (!found) throw new Refusal(404, 'no such order');
    return found;
  }

  /** Makes an order; made again it is the same one. @param {Record<string, any>} input @returns {Order} */
  create({ outTradeNo, amountFen, description, expiresAt }) {
    if (
      !isText(outTradeNo) ||
      !isFen(amountFen) ||
      !isText(description) ||
      Number.isNaN(Date.parse(expiresAt))
    )
      throw new Refusal(400, 'outTradeNo, amountFen, description, expiresAt');
    const known = this.#orders.get(outTradeNo);
    if (known && known.amountFen !== amountFen) throw new Refusal(409, 'this order has another amount');
    if (known) return known;
    /** @type {Order} */
    const order = {
      outTradeNo,
      tradeNo: randomUUID().replaceAll('-', ''),
      amountFen,
      description,
      expiresAt,
      state: 'OPEN',
      paidAt: null,
      refundedFen: 0,
      notifications: [],
    };
    this.#orders.set(outTradeNo, order);
    this.#save();
    return order;
  }

  /** Takes the money; a payment that was declined may be tried again, one that is made stays. @param {string} outTradeNo */
  pay(outTradeNo) {
    const order = this.get(outTradeNo);
    if (order.state === 'CLOSED') throw new Refusal(409, 'this order is closed');
    if (order.state === 'PAID') return order;
    order.state = 'PAID';
    order.paidAt = new Date().toISOString();
    this.#note(order, 'PAYMENT_SUCCEEDED');
    return order;
  }

  /** @param {string} outTradeNo */
  decline(outTradeNo) {
    const order = this.get(outTradeNo);
    if (order.state === 'CLOSED' || order.state === 'PAID')
      throw new Refusal(409, `this order is ${order.state}`);
    order.state = 'DECLINED';
    this.#note(order, 'PAYMENT_DECLINED');
    return order;
  }

  /** Nobody can pay it any more; one that is paid stays paid. @param {string} outTradeNo */
  close(outTradeNo) {
    const order = this.get(outTradeNo);
    if (order.state !== 'PAID') order.state = 'CLOSED';
    this.#save();
    return order;
  }

  /** Gives money back, once for each number, and never more than came in. @param {Record<string, any>} input @returns {Refund} */
  refund({ refundNo, outTradeNo, amountFen }) {
    if (!isText(refundNo) || !isFen(amountFen)) throw new Refusal(400, 'refundNo, outTradeNo, amountFen');
    const known = this.#refunds.get(refundNo);
    if (known && (known.outTradeNo !== outTradeNo || known.amountFen !== amountFen))
      throw new Refusal(409, 'this refund number belongs to another refund');
    if (known) return known;
    const order = this.get(outTradeNo);
    if (order.state !== 'PAID') throw new Refusal(409, 'this order is not paid');
    if (order.refundedFen + amountFen > order.amountFen) throw new Refusal(409, 'more than was paid');
    order.refundedFen += amountFen;
    const refund = { refundNo, outTradeNo, amountFen, refundedAt: new Date().toISOString() };
    this.#refunds.set(refundNo, refund);
    this.#save();
    return refund;
  }

  /** @param {Order} order @param {Notification['type']} type */
  #note(order, type) {
    order.notifications.push({ id: `ntf-${randomUUID()}`, type, occurredAt: new Date().toISOString() });
    this.#save();
  }

  #save() {
    if (this.#file === undefined) return;
    const text = JSON.stringify({ orders: [...this.#orders], refunds: [...this.#refunds] });
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}
