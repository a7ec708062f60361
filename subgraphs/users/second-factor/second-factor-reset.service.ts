import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, holds } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { SessionEnd } from '../session/session.entity.ts';
import type { SessionEndingService } from '../session/session-ending.service.ts';
import type { SecondFactorStore } from './second-factor.store.ts';

type Person = Extract<Actor, { kind: 'account' }>;

/** For who lost the authenticator app and the recovery codes: an administrator takes the second factor away. */
export class SecondFactorResetService {
  readonly #db: Db;
  readonly #store: SecondFactorStore;
  readonly #endings: SessionEndingService;
  readonly #audit: Audit;

  constructor(db: Db, store: SecondFactorStore, endings: SessionEndingService, audit: Audit) {
    this.#db = db;
    this.#store = store;
    this.#endings = endings;
    this.#audit = audit;
  }

  /**
   * Ends all logins of the account too: whoever found the device may be in one.
   * @throws AppError BAD_ID, NOT_FOUND; FORBIDDEN without `second_factor.reset`, and for one's own
   */
  async reset(actor: Person, accountId: string): Promise<void> {
    parseId('acc', accountId);
    if (!holds(actor, 'second_factor.reset') || actor.accountId === accountId)
      throw new AppError('FORBIDDEN');
    await this.#db.transaction(async (tx) => {
      await this.#endings.endAllOf(tx, accountId, SessionEnd.SECOND_FACTOR_RESET, actor);
      await this.#store.remove(tx, accountId);
      const subject = { subjectType: 'Account', subjectId: accountId };
      await this.#audit.record(tx, { actor, action: 'second_factor.reset', ...subject });
    });
  }
}
