import type { FastifyReply, FastifyRequest } from 'fastify';
import { processClock } from '../shared/clock/steady-clock.ts';
import { decodeAnswer, type RefreshCookie } from '../shared/context/refresh-cookie.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { type AllowedOrigins, assertAllowedOrigin, isLoopbackName, isOtherSite } from './origins.ts';

/** By which a browser asks to have its refresh token as a cookie. */
export const REFRESH_COOKIE_HEADER = 'x-refresh-cookie';

/** With `__Host-` no other host, and nothing on plain HTTP, can put one in its place (RFC 6265bis, section 4.1.3.2). */
const NAME = '__Host-yey-refresh';
/** Browsers refuse that name without `Secure`, which a development machine without TLS may have to leave out. */
const PLAIN_NAME = 'yey-refresh';
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Sets and reads the cookie that holds a browser's refresh token, where no script of a page can. */
export class RefreshCookies {
  readonly #origins: AllowedOrigins;
  readonly #isDevelopment: boolean;

  /** @param origins pages of elsewhere that may use it, besides the router's own */
  constructor(origins: AllowedOrigins, isDevelopment: boolean) {
    this.#origins = origins;
    this.#isDevelopment = isDevelopment;
  }

  /**
   * What the cookie of a request says; undefined when the request does not ask for one.
   * @throws AppError ORIGIN_REFUSED for a page that may not; FORBIDDEN for what names no page: a browser always does in
   *   a POST; COOKIE_NEEDS_SAME_SITE where the browser would keep no cookie of ours
   */
  read(request: FastifyRequest): RefreshCookie | undefined {
    if (request.method !== 'POST' || request.headers[REFRESH_COOKIE_HEADER] !== '1') return undefined;
    const { origin, host = '' } = request.headers;
    if (origin === undefined) throw new AppError('FORBIDDEN');
    assertAllowedOrigin(request, this.#origins);
    // `localhost` and `127.0.0.1` are two sites: the login would seem to work and be gone with the page.
    if (isOtherSite(origin, host, this.#isPlain(request) ? 'http:' : undefined)) {
      throw new AppError('COOKIE_NEEDS_SAME_SITE', { page: origin, router: host });
    }
    return { given: request.cookies[this.#nameFor(request)] ?? '' };
  }

  /** @param answer what users said, as in {@link RefreshCookie} */
  write(request: FastifyRequest, reply: FastifyReply, answer: string): void {
    const secure = !this.#isPlain(request);
    const options = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
    const name = this.#nameFor(request);
    const login = decodeAnswer(answer);
    if (login === undefined) void reply.clearCookie(name, options);
    else {
      const maxAge = Math.max(0, Math.floor((login.expiresAt.getTime() - processClock.ms()) / 1000));
      void reply.setCookie(name, login.token, { ...options, maxAge });
    }
  }

  #nameFor(request: FastifyRequest): string {
    return this.#isPlain(request) ? PLAIN_NAME : NAME;
  }

  /** Whether it is a browser on the machine of a developer, which speaks to the router itself. */
  #isPlain({ headers, socket }: FastifyRequest): boolean {
    const { host = '' } = headers;
    return this.#isDevelopment && LOOPBACK.test(socket.remoteAddress ?? '') && isLoopbackName(host);
  }
}
