interface LoggedError {
  readonly type: string;
  readonly code?: string | number;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** What errors have whose message quotes values: those of the driver, and TypeORM's of a row that is not there. */
const QUOTING = ['sql', 'sqlState', 'driverError', 'parameters', 'criteria'];

/**
 * An error as a log may hold it. What a database driver says contains the values of the statement, and a text that is
 * no JSON is quoted, so of such errors only the code and the place are kept.
 */
export function safeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, errno, cause } = error as { code?: string | number; errno?: number; cause?: unknown };
  const quotes = error instanceof SyntaxError || QUOTING.some((key) => key in error);
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const known = code ?? errno;
  return {
    type: error.name,
    ...(known !== undefined && { code: known }),
    ...(!quotes && { message: error.message }),
    ...(frames && { stack: frames.join('\n') }),
    ...(cause !== undefined && depth < 4 && { cause: safeError(cause, depth + 1) }),
  };
}
