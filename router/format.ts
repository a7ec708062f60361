import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { currentRequest } from '../shared/context/request-context.ts';
import { catalogue, isErrorCode, messageOf } from '../shared/errors/catalogue.ts';
import { formatGraphqlError } from '../shared/errors/format.ts';
import { incrementalRefusal } from './transport.ts';

/** The errors of the subgraphs as they are, without the gateway's additions; the router's own in the same shape. */
export function formatRouterError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const incremental = error instanceof GraphQLError ? incrementalRefusal(error) : undefined;
  if (incremental !== undefined) return formatGraphqlError(formatted, incremental);
  const { code, params, requestId } = formatted.extensions ?? {};
  if (typeof code !== 'string' || !isErrorCode(code)) {
    return formatGraphqlError(isRequestAtFault(error) ? asBadRequest(formatted) : formatted, error);
  }
  const request = currentRequest();
  const known = isParams(params) ? params : undefined;
  if (known === undefined) return formatGraphqlError(formatted, error);
  const own = typeof requestId !== 'string';
  return {
    message: own ? messageOf(code, known, request?.locale ?? 'zh-CN') : formatted.message,
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: {
      code,
      params: known,
      requestId: own ? (request?.requestId ?? '') : requestId,
      retryable: catalogue[code].retryable,
    },
  };
}

/** Some mistakes of a request Apollo Server tells by the status of the answer alone. */
function isRequestAtFault(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.extensions.code !== undefined) return false;
  const { http } = error.extensions;
  return typeof http === 'object' && http !== null && 'status' in http && http.status === 400;
}

function asBadRequest(formatted: GraphQLFormattedError): GraphQLFormattedError {
  return { ...formatted, extensions: { ...formatted.extensions, code: 'BAD_REQUEST' } };
}

function isParams(value: unknown): value is Record<string, string | number> {
  return typeof value === 'object' && value !== null;
}
