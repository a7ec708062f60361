import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { IdentityLabels } from '../identity/identity-labels.ts';
import { IdentityLinking } from '../identity/identity-linking.ts';
import { IdentityService } from '../identity/identity.service.ts';
import { type IdentityProtection, IdentityStore } from '../identity/identity.store.ts';
import type { OidcProvider } from '../oidc/oidc.config.ts';
import { OidcLoginService } from '../oidc/oidc-login.service.ts';
import { OpenIdClient } from '../oidc/openid-client.ts';
import type { SessionEndingService } from '../session/session-ending.service.ts';
import type { SessionService } from '../session/session.service.ts';
import type { WechatConfig } from '../wechat/wechat.config.ts';
import { WechatClient } from '../wechat/wechat-client.ts';
import { WechatHttp } from '../wechat/wechat-http.ts';
import { WechatLoginService } from '../wechat/wechat-login.service.ts';
import type { LoginCodeService } from './login-code.service.ts';
import { LoginStateService } from './login-state.service.ts';
import { PartyLoginService } from './party-login.service.ts';
import { RegistrationService } from './registration.service.ts';

type Parts = Pick<Foundation, 'config' | 'db' | 'cipher' | 'audit' | 'now'>;

interface Sessions {
  readonly sessions: SessionService;
  readonly sessionEndings: SessionEndingService;
}

interface Parties {
  readonly wechat: WechatConfig;
  readonly providers: readonly OidcProvider[];
}

/** What protects the subjects of identities; the name of the index is of the days when all were phones. */
export function identityProtection({
  config,
  cipher,
}: Pick<Foundation, 'config' | 'cipher'>): IdentityProtection {
  return { index: new BlindIndex(config.blindIndexKey, 'phone'), cipher };
}

/** Login by other parties, and the ways to log in of an account. */
export function wirePartyLogins(
  parts: Parts,
  codes: LoginCodeService,
  { sessions, sessionEndings }: Sessions,
  { wechat, providers }: Parties,
) {
  const { config, db, cipher, audit, now } = parts;
  const protection = identityProtection(parts);
  const linking = new IdentityLinking(protection, audit, now);
  const registration = new RegistrationService(protection, audit, now);
  const states = new LoginStateService(db, cipher, now);
  const logins = new PartyLoginService(db, sessions, registration, linking);
  const client = new WechatClient(wechat, new WechatHttp(wechat.apiUrl), now);
  const fingerprint = new BlindIndex(config.blindIndexKey, 'idempotency');
  return {
    wechat: new WechatLoginService(client, wechat.redirectUris, states, logins),
    oidc: new OidcLoginService(providers, new OpenIdClient(), states, logins),
    identities: new IdentityService(db, linking, sessionEndings, codes, fingerprint, now),
    identityLabels: new IdentityLabels(new IdentityStore(protection), providers),
  };
}
