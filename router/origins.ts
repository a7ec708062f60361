import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../shared/errors/app-error.ts';
import { logger } from '../shared/logging/logger.ts';

/** The pages that may use the router, besides its own. */
export interface AllowedOrigins {
  /** As browsers write them: scheme, host and port without a path. */
  readonly listed: readonly string[];
  /** Whether every page of this machine may, as it has to be while an app is developed. */
  readonly allowsLoopback: boolean;
}

interface Caller {
  readonly headers: IncomingHttpHeaders;
}

const LOOPBACK_NAME = /^(127(\.\d{1,3}){3}|\[::1\]|localhost|[\w-]+(\.[\w-]+)*\.localhost)$/;

/**
 * Whether a caller may use the router: one that is no page (an app, a server), the router's own page (over HTTPS,
 * unless an app is developed), a configured one, or in development any page of this machine.
 */
export function isAllowedOrigin({ headers }: Caller, { listed, allowsLoopback }: AllowedOrigins): boolean {
  const { origin, host } = headers;
  if (origin === undefined || listed.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (allowsLoopback && isLoopbackName(page.hostname)) return true;
  // On plain HTTP anybody on the way writes the page, and it is of another site than the router on HTTPS.
  return page.host === host && (allowsLoopback || page.protocol === 'https:');
}

/** How many refused pages the log tells of, so that nobody fills it with made-up ones. */
const MAX_TOLD = 100;
const told = new Set<string>();

/**
 * Says in words to whom it may concern that a page may not use the router: in the answer, which developer tools show
 * although scripts can't read it, and once in the log.
 * @throws AppError ORIGIN_REFUSED
 */
export function assertAllowedOrigin(caller: Caller, origins: AllowedOrigins): void {
  if (!isAllowedOrigin(caller, origins)) throw originRefusal(caller);
}

/** That a page may not use the router. */
export function originRefusal({ headers }: Caller): AppError {
  const origin = (headers.origin ?? '').slice(0, 200);
  if (!told.has(origin) && told.size < MAX_TOLD) {
    told.add(origin);
    logger().warn({ origin }, 'a page was refused; CORS_ORIGINS names the pages that may use the router');
  }
  return new AppError('ORIGIN_REFUSED', { origin });
}

/** Whether a host's name or address is that of the machine itself, whichever port follows. */
export function isLoopbackName(host: string): boolean {
  return LOOPBACK_NAME.test(withoutPort(host));
}

/**
 * Whether a browser surely takes a page and the router for two sites, so that no `SameSite` cookie passes between
 * them. Names of domains are not judged, since that takes the public suffix list; addresses and names of one label are
 * sites of their own, and so is another scheme (RFC 6265bis, section 5.2).
 * @param scheme of the router's own address, where it is known; a proxy before it may have another
 */
export function isOtherSite(origin: string, host: string, scheme?: 'http:'): boolean {
  if (!URL.canParse(origin)) return true;
  const page = new URL(origin);
  const own = withoutPort(host);
  if (page.host === host) return false;
  if (scheme !== undefined && page.protocol !== scheme) return true;
  return page.hostname !== own && (isSiteOfItsOwn(page.hostname) || isSiteOfItsOwn(own));
}

function isSiteOfItsOwn(name: string): boolean {
  return name.startsWith('[') || /^\d+(\.\d+){3}$/.test(name) || !name.includes('.');
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
