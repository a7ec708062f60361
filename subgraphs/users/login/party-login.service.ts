import type { Actor } from '../../../shared/context/actor.ts';
import { continueAs } from '../../../shared/context/request-context.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { IdentityLinking } from '../identity/identity-linking.ts';
import type { Proof } from '../identity/proof.ts';
import type { Identity } from './identity.entity.ts';
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
   * Begins a session of the account that the proofs belong to; the first time makes it. All of them are of one person
   * at one moment, so those that no account has yet are linked to the account of the others.
   * @throws AppError IDENTITY_CONFLICT when they belong to different accounts; TOO_MANY_IDENTITIES
   */
  async logIn(first: Proof, ...further: Proof[]): Promise<TokenPair> {
    return registering(this.#db, async (tx) => {
      const known = new Map<Proof, Identity>();
      for (const proof of [first, ...further]) {
        const identity = await this.#linking.resolve(tx, proof);
        if (identity) known.set(proof, identity);
      }
      const [one, ...others] = new Set([...known.values()].map(({ accountId }) => accountId));
      if (others.length > 0) throw new AppError('IDENTITY_CONFLICT');
      if (one === undefined) known.set(first, await this.#registration.identityOf(tx, first));
      const accountId = one ?? known.get(first)?.accountId ?? '';
      const owner: Actor = { kind: 'account', accountId, sessionId: '', grants: [] };
      const ids: string[] = [];
      for (const proof of [first, ...further]) {
        ids.push(known.get(proof)?.id ?? (await this.#linking.link(tx, owner, accountId, proof)));
      }
      continueAs(accountId);
      return this.#sessions.begin(tx, { id: ids[0] ?? '', accountId });
    });
  }
}
