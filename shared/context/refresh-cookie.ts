import { AppError } from '../errors/app-error.ts';
import type { RequestInfo } from './request-context.ts';

/**
 * That the refresh token of this request travels in a cookie, which the router alone sets and reads: what the page's
 * script gets is an answer without it.
 */
export interface RefreshCookie {
  /** The token of the cookie that came with the request; empty when there was none. */
  readonly given: string;
  /** What the router shall do with the cookie, `<token>.<ms since 1970 at which it ends>` or {@link CLEAR}. */
  answer?: string;
}

export const CLEAR = 'clear';

/** The header in which router and users tell each other of it, always signed. */
export const REFRESH_HEADER = 'x-yey-refresh';
const NONE = '-';
const TOKEN = /^[0-9a-f]{64}$/;

/** The value of the header on the way to users. */
export function encodeGiven({ given }: RefreshCookie): string {
  return TOKEN.test(given) ? given : NONE;
}

/** The reverse; undefined without the header. */
export function decodeGiven(text: string): RefreshCookie | undefined {
  if (text === '') return undefined;
  return { given: TOKEN.test(text) ? text : '' };
}

/** A token and its end as {@link RefreshCookie.answer} tells them; undefined when the cookie is to be cleared. */
export function decodeAnswer(answer: string): { token: string; expiresAt: Date } | undefined {
  const [token = '', ms = ''] = answer.split('.');
  return TOKEN.test(token) ? { token, expiresAt: new Date(Number(ms)) } : undefined;
}

/**
 * A browser has one cookie: a second login by it in one request would lose the first.
 * @throws AppError BAD_REQUEST
 */
export function assertOneLogin(request: RequestInfo | undefined): void {
  const answer = request?.refreshCookie?.answer;
  if (answer !== undefined && answer !== CLEAR) throw new AppError('BAD_REQUEST');
}

/** Puts a refresh token into the cookie, where there is to be one. */
export function handOver(request: RequestInfo | undefined, token: string, expiresAt: Date): void {
  if (request?.refreshCookie) request.refreshCookie.answer = `${token}.${expiresAt.getTime()}`;
}

/** Clears the cookie, where there is one. */
export function takeBack(request: RequestInfo | undefined): void {
  if (request?.refreshCookie) request.refreshCookie.answer = CLEAR;
}
