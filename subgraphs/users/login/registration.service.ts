import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import { platformGrant } from '../role/platform-grant.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import { IdentityLinking } from '../identity/identity-linking.ts';
import { type IdentityProtection, IdentityStore } from '../identity/identity.store.ts';
import type { Proof } from '../identity/proof.ts';
import { type Identity, IdentityKind } from './identity.entity.ts';

/** Makes the account of somebody who has none yet: the one place where accounts are made. */
export class RegistrationService {
  readonly #identities: IdentityStore;
  readonly #linking: IdentityLinking;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(protection: IdentityProtection, audit: Audit, now: () => Date) {
    this.#identities = new IdentityStore(protection);
    this.#linking = new IdentityLinking(protection, audit, now);
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * The identity that a proof names; the first time it is made, with an account of the role PATIENT. Of two at once
   * the later fails with a duplicate, so the transaction is that of `registering`.
   * @param by who has it made, if not its owner @throws AppError IDENTITY_CONFLICT
   */
  async identityOf(tx: Tx, proof: Proof, by?: Actor): Promise<Identity> {
    const known = await this.#linking.resolve(tx, proof);
    if (known) return known;
    const { manager } = tx;
    const now = this.#now();
    const id = newId('acc');
    // What a person is called elsewhere is not ours to show; the end of the number is what its owner knows.
    const ending = (proof.kind === IdentityKind.SMS ? proof.subject : id).slice(-4);
    const account = { id, displayName: `用户${ending}`, createdAt: now };
    await manager.insert(Account, account);
    const identity = await this.#identities.insert(tx, account.id, proof, now);
    await manager.insert(RoleGrant, platformGrant(account.id, 'PATIENT', now));
    const owner: Actor = { kind: 'account', accountId: account.id, sessionId: '', grants: [] };
    await this.#audit.record(tx, {
      actor: by ?? owner,
      action: 'account.register',
      subjectType: 'Account',
      subjectId: account.id,
      detail: { kind: proof.kind },
    });
    return identity;
  }
}
