import { AppError } from '../errors/app-error.ts';
import { type ErrorCode, isErrorCode } from '../errors/catalogue.ts';

/**
 * What stands in the place of a payload that its producer can't read: a JSON string with the code of the reason, where
 * a payload is an object. A reader of an earlier release fails on it too, and parks the event.
 */
export function unreadable(code: ErrorCode): string {
  return JSON.stringify(code);
}

/**
 * The payload of an event as its producer told it, not checked against its schema yet.
 * @throws AppError with the code for which the producer could not read it; SyntaxError
 */
export function readPayload(text: string): unknown {
  const payload: unknown = JSON.parse(text);
  if (typeof payload !== 'string') return payload;
  throw new AppError(isErrorCode(payload) ? payload : 'INTERNAL');
}
