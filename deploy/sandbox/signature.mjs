import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from './http.mjs';

const WINDOW_S = 300;

/**
 * The headers that prove who speaks: HMAC-SHA256 over method, path, time and body, lines apart. The method and the path
 * are in it, so that no message can be played back as another one.
 * @param {string} key 64 hexadecimal digits @param {{method: string, path: string, body: string}} message
 * @returns {Record<string, string>}
 */
export function signed(key, message, timestamp = Math.floor(Date.now() / 1000)) {
  return { 'x-pay-timestamp': String(timestamp), 'x-pay-signature': hmac(key, message, String(timestamp)) };
}

/** @param {string} key @param {{method: string, path: string, body: string}} message @param {string} timestamp */
const hmac = (key, { method, path, body }, timestamp) =>
  createHmac('sha256', Buffer.from(key, 'hex'))
    .update([method, path, timestamp, body].join('\n'))
    .digest('hex');

/** Refuses a call that the merchant did not sign. @param {string} key @param {import('./http.mjs').Call} call */
export function assertSigned(key, { headers, method, path, body }) {
  const timestamp = String(headers['x-pay-timestamp'] ?? '');
  const given = Buffer.from(String(headers['x-pay-signature'] ?? ''), 'hex');
  const expected = Buffer.from(hmac(key, { method, path, body }, timestamp), 'hex');
  const isLate = !(Math.abs(Date.now() / 1000 - Number(timestamp || Number.NaN)) <= WINDOW_S);
  if (isLate || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Refusal(401, 'the signature is not right, or too old');
  }
}
