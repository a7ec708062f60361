import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { oidcProof, type Proof } from '../identity/proof.ts';
import type { LoginSecrets, LoginStateService } from '../login/login-state.service.ts';
import type { PartyLoginService } from '../login/party-login.service.ts';
import type { BegunLogin } from '../login/party-login.types.ts';
import type { TokenPair } from '../session/session.service.ts';
import type { OidcProvider } from './oidc.config.ts';
import type { BeginOidcLoginInput, OidcAnswer } from './oidc.inputs.ts';
import type { OpenId } from './open-id.ts';

const LONGEST_URL = 4096;

/** Login with any provider that the configuration names. */
export class OidcLoginService {
  readonly providers: readonly OidcProvider[];
  readonly #openId: OpenId;
  readonly #states: LoginStateService;
  readonly #logins: PartyLoginService;

  constructor(
    providers: readonly OidcProvider[],
    openId: OpenId,
    states: LoginStateService,
    logins: PartyLoginService,
  ) {
    this.providers = providers;
    this.#openId = openId;
    this.#states = states;
    this.#logins = logins;
  }

  /** @throws AppError LOGIN_METHOD_OFF, REDIRECT_NOT_ALLOWED, OIDC_UNAVAILABLE, UNAUTHENTICATED */
  async begin({ providerId, redirectUri, purpose }: BeginOidcLoginInput, actor: Actor): Promise<BegunLogin> {
    const provider = this.#provider(providerId);
    if (!provider.redirectUris.includes(redirectUri)) throw new AppError('REDIRECT_NOT_ALLOWED');
    // A provider that is down must not leave a row.
    await this.#openId.prepare(provider);
    const binding = this.#openId.newBinding();
    const secrets = { redirectUri, ...binding };
    const begun = await this.#states.begin({ party: partyOf(provider), secrets, purpose, actor });
    const url = await this.#openId.authorizeUrl(provider, redirectUri, { ...binding, state: begun.state });
    return { ...begun, url };
  }

  /** @throws AppError as {@link OidcLoginService.prove}; IDENTITY_CONFLICT */
  async logIn(answer: OidcAnswer): Promise<TokenPair> {
    return this.#logins.logIn(await this.prove(answer));
  }

  /**
   * Who comes back from a provider. @param accountId the account to link; undefined for a login
   * @throws AppError LOGIN_METHOD_OFF, LOGIN_STATE_INVALID, OIDC_DENIED, OIDC_REFUSED, OIDC_UNAVAILABLE
   */
  async prove({ providerId, callbackUrl, verifier }: OidcAnswer, accountId?: string): Promise<Proof> {
    const provider = this.#provider(providerId);
    const url = callbackUrl.length <= LONGEST_URL && URL.canParse(callbackUrl) ? new URL(callbackUrl) : null;
    const [state, ...more] = url?.searchParams.getAll('state') ?? [];
    if (url === null || state === undefined || more.length > 0) throw new AppError('LOGIN_STATE_INVALID');
    const back = { party: partyOf(provider), state, verifier, accountId };
    return this.#states.redeem(back, async (secrets) => {
      if (`${url.origin}${url.pathname}` !== secrets.redirectUri) throw new AppError('LOGIN_STATE_INVALID');
      const { issuer, sub } = await this.#openId.personOf(provider, url, bindingOf(secrets, state));
      return oidcProof(issuer, sub);
    });
  }

  #provider(id: string): OidcProvider {
    const found = this.providers.find((each) => each.id === id);
    if (found === undefined) throw new AppError('LOGIN_METHOD_OFF');
    return found;
  }
}

const partyOf = ({ id }: OidcProvider) => `OIDC:${id}`;

function bindingOf({ nonce, codeVerifier }: LoginSecrets, state: string) {
  if (nonce === undefined || codeVerifier === undefined) throw new AppError('LOGIN_STATE_INVALID');
  return { state, nonce, codeVerifier };
}
