import { In, MoreThan } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { stillHeld } from './giving.ts';
import { Role, RoleGrant, RolePermission } from './role-grant.entity.ts';
import type { GrantPlace } from './scope.ts';

interface GrantCount extends GrantPlace {
  readonly count: number;
}

/** Reads roles and who holds them. */
export class RoleStore {
  readonly #db: Db;
  readonly #now: () => Date;
  readonly byName: BatchRead<string, Role>;
  readonly permissionsOf: BatchRead<string, string[]>;
  /** How many grants of a role there are that have not ended, by place. */
  readonly grantCountsOf: BatchRead<string, GrantCount[]>;

  constructor(db: Db, now: () => Date) {
    this.#db = db;
    this.#now = now;
    this.byName = {
      name: 'role.byName',
      read: async (names) => {
        const rows = await db.read((manager) => manager.findBy(Role, { name: In([...names]) }));
        return inOrder(names, rows, (row) => row.name);
      },
    };
    this.permissionsOf = {
      name: 'role.permissions',
      read: async (names) => {
        const rows = await db.read((manager) =>
          manager.find(RolePermission, { where: { role: In([...names]) }, order: { permission: 'ASC' } }),
        );
        return names.map((name) => rows.filter((each) => each.role === name).map((each) => each.permission));
      },
    };
    this.grantCountsOf = {
      name: 'role.grantCounts',
      read: async (names) => {
        const rows: (GrantPlace & { role: string; n: string })[] = await db.read((manager) =>
          manager.query(
            `SELECT role, scope, scope_id AS scopeId, hospital_id AS hospitalId, COUNT(*) AS n FROM role_grant
             WHERE role IN (?) AND (expires_at IS NULL OR expires_at > ?)
             GROUP BY role, scope, scope_id, hospital_id`,
            [names, now()],
          ),
        );
        return names.map((name) =>
          rows.filter(({ role }) => role === name).map(({ n, ...each }) => ({ ...each, count: Number(n) })),
        );
      },
    };
  }

  async all(): Promise<Role[]> {
    return this.#db.read((manager) => manager.find(Role, { order: { name: 'ASC' } }));
  }

  /** At most `limit` grants of exactly this place that have not ended, in the order of their ids. */
  async grantsOf(
    { scope, scopeId, hospitalId }: GrantPlace,
    after: string | undefined,
    limit: number,
  ): Promise<RoleGrant[]> {
    return this.#db.read((manager) =>
      manager.find(RoleGrant, {
        where: stillHeld(this.#now()).map((held) => ({
          scope,
          scopeId,
          hospitalId,
          ...held,
          ...(after !== undefined && { id: MoreThan(after) }),
        })),
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }
}
