import type { ErrorCode } from './catalogue.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  SESSION_ENDED: 401,
  UNTRUSTED_CALLER: 401,
  FORBIDDEN: 403,
  FILE_URL_INVALID: 403,
  ORIGIN_REFUSED: 403,
  NOT_FOUND: 404,
  FILE_ALREADY_UPLOADED: 409,
  CONFLICT_RETRY: 409,
  FILE_TOO_LARGE: 413,
  FILE_TYPE_REFUSED: 415,
  FILE_CONTENT_MISMATCH: 422,
  TOO_MANY_ATTEMPTS: 429,
  DECRYPT_FAILED: 500,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  SUBGRAPH_UNAVAILABLE: 503,
  CLOCK_SKEW: 503,
  DEADLINE_EXCEEDED: 504,
};

/** The status of a plain HTTP answer, for what is not GraphQL. */
export function httpStatusOf(code: ErrorCode): number {
  return STATUS[code] ?? 400;
}
