import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { currentRequest } from '../context/request-context.ts';
import { logger } from '../logging/logger.ts';
import { AppError } from './app-error.ts';
import { catalogue, type ErrorCode, isErrorCode, messageOf } from './catalogue.ts';

const APOLLO_CODES: Record<string, ErrorCode> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
};

/**
 * Turns any error into the one shape that leaves a process: code, params, requestId, retryable and a message in
 * the caller's language. What is not an {@link AppError} or a mistake of the caller is logged and masked.
 */
export function formatGraphqlError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const request = currentRequest();
  const app = appErrorOf(error);
  const given = formatted.extensions?.code;
  const givenCode = typeof given === 'string' ? (APOLLO_CODES[given] ?? given) : 'INTERNAL';
  const code: ErrorCode = app?.code ?? (isErrorCode(givenCode) ? givenCode : 'INTERNAL');
  const params = app?.params ?? {};
  if (code === 'INTERNAL') logger().error({ err: rootOf(error), path: formatted.path }, 'unexpected error');
  const callersMistake = app === undefined && code !== 'INTERNAL';
  return {
    message: callersMistake
      ? withoutValues(formatted.message)
      : messageOf(code, params, request?.locale ?? 'zh-CN'),
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: {
      code,
      params,
      requestId: request?.requestId ?? '',
      retryable: catalogue[code].retryable,
    },
  };
}

/** graphql-js repeats the values of variables in what it says of them; they may be those of a person. */
function withoutValues(message: string): string {
  return message.replace(/ got invalid value .*?( at "[^"]*")?; .*$/s, ' got an invalid value$1.');
}

function appErrorOf(error: unknown): AppError | undefined {
  const root = rootOf(error);
  return root instanceof AppError ? root : undefined;
}

function rootOf(error: unknown): unknown {
  let at = error;
  while (at instanceof GraphQLError && at.originalError) at = at.originalError;
  return at;
}
