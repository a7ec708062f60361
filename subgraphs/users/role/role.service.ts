import { In, IsNull, Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Authority } from '../../../shared/auth/authority.ts';
import { type Actor, actorId, type Grant, holds } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import { SecondFactor } from '../second-factor/second-factor.entity.ts';
import { withoutSecondFactor } from '../second-factor/second-factor.state.ts';
import { Session } from '../session/session.entity.ts';
import { Role, RoleGrant, RolePermission } from './role-grant.entity.ts';
import type { ChangeGrantInput } from './role.types.ts';

/** The type of identifier that each scope takes; a grant is bound to one thing of one kind. */
const ID_TYPES = { HOSPITAL: 'hos', DEPARTMENT: 'dep', PHARMACY: 'pha' } as const;

/** Who practises needs a licence, and who checks that gives the role: no administrator holds what it allows. */
const LICENSED = new Set(['DOCTOR', 'PHARMACIST']);

type Manager = Tx['manager'];

/** Who holds which role where, and what that allows. */
export class RoleService {
  readonly #db: Db;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * What a session may do; null when it has ended. Before the second factor is given in it, less than what the account
   * holds. Read from the primary, since a right that was taken must be gone.
   */
  async authorityOf(sessionId: string): Promise<Authority> {
    return this.#db.readPrimary(async (manager) => {
      const session = await manager.findOneBy(Session, { id: sessionId });
      if (!session || session.revokedAt !== null || session.expiresAt <= this.#now()) return null;
      const { accountId, secondFactorAt } = session;
      const grants = await grantsOf(manager, accountId);
      if (secondFactorAt !== null || grants.length === 0) return { grants };
      const isEnrolled = await manager.existsBy(SecondFactor, { accountId, secret: Not(IsNull()) });
      return { grants: withoutSecondFactor(grants, isEnrolled) };
    });
  }

  async grantsOf(accountId: string): Promise<Grant[]> {
    return this.#db.read((manager) => grantsOf(manager, accountId));
  }

  /**
   * Gives a role; giving it twice changes nothing.
   * @throws AppError FORBIDDEN without `role.manage` there, for a role that allows more than the giver has, or for that
   *   of doctors and pharmacists without `staff.license`; NOT_FOUND, VALIDATION_FAILED
   */
  async grant(actor: Actor, input: ChangeGrantInput): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const { manager } = tx;
      const { accountId, role, scope, scopeId } = await this.#check(manager, actor, input);
      if (await manager.existsBy(RoleGrant, { accountId, role, scope, scopeId })) return;
      const id = newId('grt');
      const given = {
        id,
        accountId,
        role,
        scope,
        scopeId,
        grantedBy: actorId(actor),
        grantedAt: this.#now(),
      };
      await manager.upsert(RoleGrant, given, ['accountId', 'role', 'scope', 'scopeId']);
      await this.#note(tx, actor, 'role.grant', input);
    });
  }

  /**
   * Takes a role away; taking it twice changes nothing.
   * @throws AppError as {@link grant}; LAST_ADMIN for the last administrator of the platform
   */
  async revoke(actor: Actor, input: ChangeGrantInput): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const { manager } = tx;
      const { accountId, role, scope, scopeId } = await this.#check(manager, actor, input);
      if (role === 'ADMIN' && scope === 'PLATFORM') {
        const admins = await manager.find(RoleGrant, {
          where: { role, scope },
          lock: { mode: 'pessimistic_write' },
        });
        if (admins.every((each) => each.accountId === accountId)) throw new AppError('LAST_ADMIN');
      }
      const { affected } = await manager.delete(RoleGrant, { accountId, role, scope, scopeId });
      if (affected) await this.#note(tx, actor, 'role.revoke', input);
    });
  }

  async #note(
    tx: Tx,
    actor: Actor,
    action: string,
    { accountId, role, scope, scopeId }: ChangeGrantInput,
  ): Promise<void> {
    const detail = { role, scope, scopeId };
    await this.#audit.record(tx, { actor, action, subjectType: 'Account', subjectId: accountId, detail });
  }

  async #check(manager: Manager, actor: Actor, input: ChangeGrantInput): Promise<ChangeGrantInput> {
    const { role, scope, scopeId } = input;
    if ((scope === 'PLATFORM') !== (scopeId === '')) {
      throw new AppError('VALIDATION_FAILED', { field: 'scopeId', reason: scope });
    }
    if (scope !== 'PLATFORM') parseId(ID_TYPES[scope], scopeId);
    if (!holds(actor, 'role.manage', scopeId)) throw new AppError('FORBIDDEN');
    if (!(await manager.existsBy(Role, { name: role }))) throw new AppError('NOT_FOUND', { what: 'Role' });
    if (!(await manager.existsBy(Account, { id: input.accountId }))) {
      throw new AppError('NOT_FOUND', { what: 'Account' });
    }
    if (!(await mayGive(manager, actor, input))) throw new AppError('FORBIDDEN');
    return input;
  }
}

async function mayGive(
  manager: Manager,
  actor: Actor,
  { role, scopeId }: ChangeGrantInput,
): Promise<boolean> {
  if (LICENSED.has(role)) return holds(actor, 'staff.license', scopeId);
  const permissions = await manager.findBy(RolePermission, { role });
  return permissions.every(({ permission }) => holds(actor, permission, scopeId));
}

async function grantsOf(manager: Manager, accountId: string): Promise<Grant[]> {
  const grants = await manager.find(RoleGrant, { where: { accountId }, order: { id: 'ASC' } });
  const roles = [...new Set(grants.map(({ role }) => role))];
  const permissions = roles.length === 0 ? [] : await manager.findBy(RolePermission, { role: In(roles) });
  return grants.map(({ role, scope, scopeId }) => ({
    role,
    scope,
    scopeId,
    permissions: permissions
      .filter((each) => each.role === role)
      .map((each) => each.permission)
      .sort(),
  }));
}
