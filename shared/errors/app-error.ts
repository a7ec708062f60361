import type { ErrorCode } from './catalogue.ts';

export type ErrorParams = Record<string, string | number>;

/**
 * The one error that services, stores and rules throw on purpose. Anything else that escapes a resolver is
 * masked as INTERNAL by {@link ../errors/format.ts}.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: { cause?: unknown }) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
  }
}
