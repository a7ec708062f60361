import { In } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { Identity, IdentityKind } from '../login/identity.entity.ts';
import { stillHeld } from '../role/giving.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import type { FoundAccount } from './account-search.types.ts';
import { SearchPlanner } from './search-planner.ts';
import { type Condition, type Order, pageOf, type Place } from './search-sql.ts';

const TABLE = {
  table: 'account',
  columns: `t.id, t.display_name AS displayName, t.status, t.city, t.created_at AS createdAt,
    t.last_login_at AS lastLoginAt`,
} as const;

/** Reads accounts for a search, and what of other tables is shown with them. */
export class AccountSearchStore {
  readonly #db: Db;
  readonly #planner: SearchPlanner;
  /** The mobile number, in clear, that an account logs in with. */
  readonly phoneOf: BatchRead<string, string>;
  /** What an account was granted and has not ended. */
  readonly grantsOf: BatchRead<string, RoleGrant[]>;

  constructor(db: Db, cipher: FieldCipher, now: () => Date) {
    this.#db = db;
    this.#planner = new SearchPlanner(TABLE.table);
    this.phoneOf = {
      name: 'search.phoneOf',
      read: async (accountIds) => {
        const rows = await db.read((manager) =>
          manager.find(Identity, {
            where: { accountId: In([...accountIds]), kind: IdentityKind.SMS },
            order: { id: 'ASC' },
          }),
        );
        return accountIds.map((accountId) => {
          const row = rows.find((each) => each.accountId === accountId);
          const place = { table: 'identity', column: 'subject', rowId: row?.id ?? '' };
          return row ? cipher.decrypt(row.subject, place) : null;
        });
      },
    };
    this.grantsOf = {
      name: 'search.grantsOf',
      read: async (accountIds) => {
        const rows = await db.read((manager) =>
          manager.find(RoleGrant, {
            where: stillHeld(now()).map((each) => ({ accountId: In([...accountIds]), ...each })),
            order: { role: 'ASC', id: 'ASC' },
          }),
        );
        return accountIds.map((accountId) => rows.filter((each) => each.accountId === accountId));
      },
    };
  }

  /** At most `limit` accounts that meet all conditions, in their order, those after `after`. */
  async page(
    order: Order,
    conditions: readonly Condition[],
    after: Place | undefined,
    limit: number,
  ): Promise<FoundAccount[]> {
    return this.#db.read(async (manager) => {
      const begin = await this.#planner.begin(manager, order, conditions, limit);
      const { sql, values } = pageOf(TABLE, order, conditions, begin, after, limit);
      return manager.query<FoundAccount[]>(sql, [...values]);
    });
  }
}
