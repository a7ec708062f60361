import * as client from 'openid-client';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { OidcProvider } from './oidc.config.ts';
import type { OpenId, OpenIdBinding } from './open-id.ts';
import { openIdFailure } from './openid-errors.ts';

const DEADLINE_S = 5;
/** How long what a provider says of itself is believed, ms. */
const KNOWN_MS = 3_600_000;
/** OpenID Connect Core, section 2. */
const LONGEST_SUB = 255;

interface Known {
  readonly configuration: Promise<client.Configuration>;
  readonly until: number;
}

/**
 * Providers by `openid-client`: discovery, S256, state, nonce, `iss` of the answer (RFC 9207), the claims of the
 * id_token and its signature, though TLS would do for that in this flow.
 */
export class OpenIdClient implements OpenId {
  readonly #known = new Map<string, Known>();

  newBinding(): Omit<OpenIdBinding, 'state'> {
    return { nonce: client.randomNonce(), codeVerifier: client.randomPKCECodeVerifier() };
  }

  async prepare(provider: OidcProvider): Promise<void> {
    await this.#configurationOf(provider);
  }

  async authorizeUrl(
    provider: OidcProvider,
    redirectUri: string,
    { state, nonce, codeVerifier }: OpenIdBinding,
  ): Promise<string> {
    const configuration = await this.#configurationOf(provider);
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: provider.scopes.join(' '),
      state,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(provider.oauth === undefined && { nonce }),
    });
    return url.href;
  }

  async personOf(
    provider: OidcProvider,
    callbackUrl: URL,
    { state, nonce, codeVerifier }: OpenIdBinding,
  ): Promise<{ issuer: string; sub: string }> {
    const configuration = await this.#configurationOf(provider);
    try {
      const tokens = await client.authorizationCodeGrant(configuration, callbackUrl, {
        expectedState: state,
        pkceCodeVerifier: codeVerifier,
        ...(provider.oauth === undefined && { expectedNonce: nonce, idTokenExpected: true }),
      });
      if (provider.oauth !== undefined) {
        const sub = await subjectByUserinfo(configuration, tokens.access_token, provider.oauth);
        return { issuer: provider.issuer, sub };
      }
      const claims = tokens.claims();
      if (claims === undefined || claims.sub.length > LONGEST_SUB) throw new AppError('OIDC_REFUSED');
      return { issuer: claims.iss, sub: claims.sub };
    } catch (error) {
      throw openIdFailure(provider.id, error);
    }
  }

  /** Asked once for all that wait; a failure is not kept. */
  async #configurationOf(provider: OidcProvider): Promise<client.Configuration> {
    const now = performance.now();
    let known = this.#known.get(provider.id);
    if (known === undefined || known.until <= now) {
      known = { configuration: configure(provider), until: now + KNOWN_MS };
      this.#known.set(provider.id, known);
    }
    try {
      return await known.configuration;
    } catch (error) {
      if (this.#known.get(provider.id) === known) this.#known.delete(provider.id);
      const code = error instanceof client.ClientError ? error.code : undefined;
      logger().warn({ provider: provider.id, code }, 'the provider could not be discovered');
      throw new AppError('OIDC_UNAVAILABLE', {}, { cause: error });
    }
  }
}

async function configure(provider: OidcProvider): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret, clientAuthentication, oauth } = provider;
  const isLocal = [issuer, oauth?.token].some((each) => each?.startsWith('http://'));
  const extensions = [
    client.enableNonRepudiationChecks,
    // The configuration takes such an address on this machine only.
    ...(isLocal ? [client.allowInsecureRequests] : []),
  ];
  const byHeader = clientAuthentication === 'client_secret_basic';
  const withSecret = byHeader ? client.ClientSecretBasic : client.ClientSecretPost;
  const authentication = clientSecret === undefined ? client.None() : withSecret(clientSecret);
  if (oauth === undefined) {
    const options = { execute: extensions, timeout: DEADLINE_S };
    return client.discovery(new URL(issuer), clientId, undefined, authentication, options);
  }
  const server = {
    issuer,
    authorization_endpoint: oauth.authorization,
    token_endpoint: oauth.token,
    userinfo_endpoint: oauth.userinfo,
  };
  const configuration = new client.Configuration(server, clientId, undefined, authentication);
  configuration.timeout = DEADLINE_S;
  for (const extend of extensions) extend(configuration);
  return configuration;
}

async function subjectByUserinfo(
  configuration: client.Configuration,
  accessToken: string,
  { userinfo, subject }: NonNullable<OidcProvider['oauth']>,
): Promise<string> {
  const headers = new Headers({ accept: 'application/json' });
  const response = await client.fetchProtectedResource(
    configuration,
    accessToken,
    new URL(userinfo),
    'GET',
    null,
    headers,
  );
  if (!response.ok) {
    await response.body?.cancel();
    throw new AppError('OIDC_UNAVAILABLE');
  }
  const told = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const value = told?.[subject];
  const isName = (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);
  if (!isName || String(value).length > LONGEST_SUB) throw new AppError('OIDC_REFUSED');
  return String(value);
}
