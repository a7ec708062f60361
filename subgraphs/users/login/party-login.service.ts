import type { Actor } from '../../../shared/context/actor.ts';
import { continueAs } from '../../../shared/context/request-context.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { IdentityLinking } from '../identity/identity-linking.ts';
import type { Proof } from '../identity/proof.ts';
import type { SessionService, TokenPair } from '../session/session.service.ts';
import { registering } from './registering.ts';
import type { RegistrationService } from './registration.service.ts';

/** Logs in whom another party has named. */
export class PartyLoginService {
  readonly #db: Db;
  readonly #sessions: SessionService;
  readonly #registration: RegistrationService;
  readonly #linking: IdentityLinking;

  constructor(db: Db, sessions: SessionService, registration: RegistrationService, linking: IdentityLinking) {
    this.#db = db;
    this.#sessions = sessions;
    this.#registration = registration;
    this.#linking = linking;
  }

  /**
   * Begins a session of the account that a proof belongs to; the first time makes it. A phone that is proven at the
   * same moment is of the same person: the account is that of the phone, and what no account has yet is linked to it.
   * The session began by the first proof, which vouches for the phone.
   * @throws AppError IDENTITY_CONFLICT when they belong to different accounts; TOO_MANY_IDENTITIES
   */
  async logIn(by: Proof, phone?: Proof): Promise<TokenPair> {
    const proofs = phone ? [phone, by] : [by];
    return registering(this.#db, async (tx) => {
      const accounts = new Set<string>();
      const unknown: Proof[] = [];
      for (const proof of proofs) {
        const known = await this.#linking.resolve(tx, proof);
        if (known) accounts.add(known.accountId);
        else unknown.push(proof);
      }
      if (accounts.size > 1) throw new AppError('IDENTITY_CONFLICT');
      const [accountId = (await this.#registration.identityOf(tx, phone ?? by)).accountId] = accounts;
      const owner: Actor = { kind: 'account', accountId, sessionId: '', grants: [] };
      for (const proof of unknown) await this.#linking.link(tx, owner, accountId, proof);
      const identity = await this.#linking.resolve(tx, by);
      if (identity === null) throw new AppError('CONFLICT_RETRY');
      continueAs(accountId);
      return this.#sessions.begin(tx, identity);
    });
  }
}
