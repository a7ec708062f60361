interface LoggedError {
  readonly type: string;
  readonly code?: string | number;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/**
 * An error as a log may hold it. What a database driver says contains the values of the statement, so of its errors
 * only the code and the place are kept.
 */
export function safeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, errno, cause } = error as { code?: string | number; errno?: number; cause?: unknown };
  const isDriver = 'sql' in error || 'sqlState' in error || 'driverError' in error || 'parameters' in error;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const known = code ?? errno;
  return {
    type: error.name,
    ...(known !== undefined && { code: known }),
    ...(!isDriver && { message: error.message }),
    ...(frames && { stack: frames.join('\n') }),
    ...(cause !== undefined && depth < 4 && { cause: safeError(cause, depth + 1) }),
  };
}
