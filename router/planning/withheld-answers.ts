import { type ExecutionResult, GraphQLError } from 'graphql';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';

type Answer = ExecutionResult<Record<string, unknown>, Record<string, unknown>>;

/** What a client takes for a change that was not made. */
const REFUSALS: ReadonlySet<unknown> = new Set<ErrorCode>([
  'FORBIDDEN',
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'SESSION_ENDED',
]);

/**
 * The answer of a mutation, in which a refusal of something below a root field that did not fail itself is
 * ANSWER_WITHHELD: that change is committed, and a client that is told FORBIDDEN would make it once more.
 */
export function withheldAnswers(answer: Answer): Answer {
  if (answer.errors === undefined) return answer;
  const { data, errors } = answer;
  const failed = new Set(errors.filter(({ path }) => path?.length === 1).map(({ path }) => path?.[0]));
  // A subgraph that lets nobody in names no path; where every root field has an answer, it was asked for a later part.
  const isAnswered = data != null && Object.values(data).every((each) => each != null);
  const isBelow = ({ path }: GraphQLError) =>
    path === undefined ? isAnswered : path.length > 1 && !failed.has(path[0]);
  return {
    ...answer,
    errors: errors.map((error) =>
      REFUSALS.has(error.extensions.code) && isBelow(error) ? withheld(error) : error,
    ),
  };
}

function withheld({ path, extensions }: GraphQLError): GraphQLError {
  const code: ErrorCode = 'ANSWER_WITHHELD';
  return new GraphQLError(code, { path, extensions: { code, params: { reason: String(extensions.code) } } });
}
