import type { OidcProvider } from '../oidc/oidc.config.ts';
import { type Identity, IdentityKind } from '../login/identity.entity.ts';
import type { IdentityStore } from './identity.store.ts';
import { issuerOf, masked } from './proof.ts';

/** What is shown of identities. */
export class IdentityLabels {
  readonly #store: IdentityStore;
  readonly #providers: readonly OidcProvider[];

  constructor(store: IdentityStore, providers: readonly OidcProvider[]) {
    this.#store = store;
    this.#providers = providers;
  }

  /** Such as `138****0001`, `微信 ****x3Fq`, `医院账号 ****42`. @throws AppError DECRYPT_FAILED */
  of(identity: Identity, isEnglish: boolean): string {
    const subject = this.#store.subjectOf(identity);
    const tail = masked(identity.kind, subject);
    if (identity.kind === IdentityKind.SMS) return tail;
    if (identity.kind === IdentityKind.WECHAT) return `${isEnglish ? 'WeChat' : '微信'} ${tail}`;
    const issuer = issuerOf(subject);
    const name = this.#providers.find((each) => each.issuer === issuer)?.name;
    // One that is no longer offered is known by its address.
    return `${(isEnglish ? name?.en : name?.zh) ?? new URL(issuer).host} ${tail}`;
  }
}
