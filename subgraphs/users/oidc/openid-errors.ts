import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';

const NOT_NOW = ['server_error', 'temporarily_unavailable'];
/** What `openid-client` calls no answer, or one that is no OAuth at all. */
const NO_ANSWER = [
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
];

/**
 * A failure of a login with a provider as ours. The log has the codes of OAuth alone: descriptions and claims are of
 * persons.
 */
export function openIdFailure(providerId: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const options = { cause: error };
  if (error instanceof AuthorizationResponseError) {
    if (error.error === 'access_denied') return new AppError('OIDC_DENIED', {}, options);
    return new AppError(NOT_NOW.includes(error.error) ? 'OIDC_UNAVAILABLE' : 'OIDC_REFUSED', {}, options);
  }
  if (error instanceof ResponseBodyError && error.error === 'invalid_grant') {
    return new AppError('OIDC_REFUSED', {}, options);
  }
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) {
    const { status } = error;
    const told = error instanceof ResponseBodyError ? error.error : undefined;
    logger().error({ provider: providerId, status, error: told }, 'the provider refuses how we call it');
    return new AppError('OIDC_UNAVAILABLE', {}, options);
  }
  const code = error instanceof ClientError ? error.code : undefined;
  logger().warn({ provider: providerId, code }, 'a login with a provider failed');
  // fetch tells with a TypeError that nobody answered.
  const isNoAnswer = error instanceof TypeError || NO_ANSWER.includes(code ?? '');
  return new AppError(isNoAnswer ? 'OIDC_UNAVAILABLE' : 'OIDC_REFUSED', {}, options);
}
