import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { type AccountIndexes, accountConditions, accountOrder } from './account-conditions.ts';
import { accountReach } from './account-reach.ts';
import type { AccountSearchStore } from './account-search.store.ts';
import type { FoundAccount } from './account-search.types.ts';
import type { AccountFilter, AccountSort } from './search.inputs.ts';
import { searchDetail } from './search-detail.ts';
import type { Place } from './search-sql.ts';

/** Searches accounts for administrators: of the platform all of them, of a place those with a licence there. */
export class AccountSearchService {
  readonly #db: Db;
  readonly #store: AccountSearchStore;
  readonly #indexes: AccountIndexes;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, store: AccountSearchStore, indexes: AccountIndexes, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#indexes = indexes;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * A page of `size` accounts and one more, which tells that there is a next page. The search is on record before
   * anything is shown: by which conditions, never with what values.
   * @throws AppError VALIDATION_FAILED, BAD_PHONE, BAD_IDENTITY_NUMBER, BAD_ID
   */
  async page(
    actor: Actor,
    filter: AccountFilter,
    sort: AccountSort,
    after: Place | undefined,
    size: number,
  ): Promise<FoundAccount[]> {
    const now = this.#now();
    const day = { now, today: businessDay(now) };
    const conditions = accountConditions(filter, sort, accountReach(actor), this.#indexes, day);
    const rows = await this.#store.page(accountOrder(filter, sort), conditions, after, size + 1);
    await this.#db.transaction((tx) =>
      this.#audit.record(tx, {
        actor,
        action: 'account.search',
        subjectType: 'AccountSearch',
        subjectId: 'users',
        detail: searchDetail(filter, sort, Math.min(rows.length, size)),
      }),
    );
    return rows;
  }
}
