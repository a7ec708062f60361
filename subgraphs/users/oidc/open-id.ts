import type { OidcProvider } from './oidc.config.ts';

/** What binds an answer to its question. */
export interface OpenIdBinding {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly codeVerifier: string;
}

/** Providers of OAuth 2.0 and OpenID Connect, as a way to find out who somebody is. */
export interface OpenId {
  newBinding(): Omit<OpenIdBinding, 'state'>;

  /** Finds out about a provider, where that is not known yet. @throws AppError OIDC_UNAVAILABLE */
  prepare(provider: OidcProvider): Promise<void>;

  /** Where a browser goes to be asked. @throws AppError OIDC_UNAVAILABLE */
  authorizeUrl(provider: OidcProvider, redirectUri: string, binding: OpenIdBinding): Promise<string>;

  /**
   * Whom the answer in an address names, after every check of it.
   * @throws AppError OIDC_DENIED when the person did not want to, OIDC_REFUSED when the answer is not to be believed,
   *   OIDC_UNAVAILABLE
   */
  personOf(
    provider: OidcProvider,
    callbackUrl: URL,
    binding: OpenIdBinding,
  ): Promise<{ issuer: string; sub: string }>;
}
