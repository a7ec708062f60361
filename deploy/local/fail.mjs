/** A failure that a person can mend: a stable code, its cause and its remedy, a line each. */
export class SetupError extends Error {
  /** @param {string} code @param {string} cause @param {string} remedy */
  constructor(code, cause, remedy) {
    super(cause);
    this.code = code;
    this.remedy = remedy;
  }
}

/** Prints a failure and leaves a non-zero exit code. @param {unknown} error */
export function report(error) {
  if (error instanceof SetupError) {
    console.error(`${error.code}: ${error.message}\nremedy: ${error.remedy}`);
  } else {
    const stack = error instanceof Error ? error.stack : String(error);
    console.error(
      `START_FAILED: ${stack}\nremedy: read .data/logs, then try again or start from empty data with --fresh`,
    );
  }
  process.exitCode = 1;
}
