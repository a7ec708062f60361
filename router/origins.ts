import type { IncomingMessage } from 'node:http';

/** Whether a page may open a socket: none given (an app), the router's own address, or a configured one. */
export function isAllowedOrigin(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
