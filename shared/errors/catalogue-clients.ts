import { again, type CatalogueEntry, once } from './catalogue-entry.ts';

/** Codes of how clients reach the router and how often they may. */
export const clientErrors = {
  ORIGIN_REFUSED: once(
    'Pages of {origin} may not use this API; its operator allows them by CORS_ORIGINS.',
    '来自 {origin} 的网页不能使用此接口，请联系运营方将其加入 CORS_ORIGINS。',
  ),
  COOKIE_NEEDS_SAME_SITE: once(
    'A browser keeps no login cookie of {router} for a page of {page}: open both under the same host name.',
    '浏览器不会为 {page} 的网页保存 {router} 的登录 Cookie，请使用相同的主机名访问。',
  ),
  TRANSPORT_NOT_SUPPORTED: once(
    'This way of asking ({transport}) is not supported; POST one operation as application/json, or use WebSocket for subscriptions.',
    '不支持此请求方式（{transport}）；请以 application/json 逐个 POST 操作，订阅请使用 WebSocket。',
  ),
  RATE_LIMITED: again(
    'Too much was asked for ({policy}: {limit} in {window} seconds); try again in {seconds} seconds.',
    '请求过于频繁（{policy}：{window} 秒内上限 {limit}），请 {seconds} 秒后再试。',
  ),
  QUOTA_EXCEEDED: again(
    'This was done too often ({what}: {limit} in {window} seconds); try again in {seconds} seconds.',
    '操作过于频繁（{what}：{window} 秒内最多 {limit} 次），请 {seconds} 秒后再试。',
  ),
} as const satisfies Record<string, CatalogueEntry>;
