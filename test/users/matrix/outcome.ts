/** How far a call came: answered, or stopped by who the caller is. */
export type Outcome = 'PASSED' | 'DENIED';

interface Answer {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors: readonly { readonly extensions: { readonly code: string } }[];
}

/** Codes that tell a caller that something is not theirs, or not there. */
const DENIALS = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'GRAPHQL_VALIDATION_FAILED']);

/**
 * What an answer says of the right to call. An error of another kind, such as a version that does not fit, means that
 * the caller was let in. Nothing at all, where something was asked for, is as good as a denial.
 * @param field of the answer
 */
export function outcomeOf({ data, errors }: Answer, field: string): Outcome {
  const [error] = errors;
  if (error !== undefined) return DENIALS.has(error.extensions.code) ? 'DENIED' : 'PASSED';
  return data?.[field] === null || data?.[field] === undefined ? 'DENIED' : 'PASSED';
}
