import { QueryFailedError } from 'typeorm';
import { AppError } from '../errors/app-error.ts';

const OUTAGE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CONNECTION_KILLED',
]);

/** ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT, ER_LOCK_NOWAIT (MySQL), ER_CHECKREAD (MariaDB snapshot isolation). */
const COLLISION = new Set([1213, 1205, 3572, 1020]);

interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly fatal?: boolean;
  readonly message?: string;
}

function driverErrorOf(error: unknown): DriverError {
  if (error instanceof QueryFailedError) return error.driverError as DriverError;
  return typeof error === 'object' && error !== null ? error : {};
}

/** The transaction met another one and may simply be run again. */
export function isCollision(error: unknown): boolean {
  return COLLISION.has(driverErrorOf(error).errno ?? 0);
}

export function isOutage(error: unknown): boolean {
  const { code, fatal, message } = driverErrorOf(error);
  if (code !== undefined && OUTAGE.has(code)) return true;
  if (fatal === true) return true;
  return /queue limit reached|pool is closed|closed state|timeout acquiring/i.test(message ?? '');
}

/** An outage or a collision as the error that callers know; every other error as it is. */
export function asAppError(error: unknown): unknown {
  if (isOutage(error)) return new AppError('UNAVAILABLE', { service: 'database' }, { cause: error });
  if (isCollision(error)) return new AppError('CONFLICT_RETRY', {}, { cause: error });
  return error;
}

/** A unique key forbids the row: ER_DUP_ENTRY. */
export function isDuplicate(error: unknown): boolean {
  return driverErrorOf(error).errno === 1062;
}
