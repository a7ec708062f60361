import { IsNull, Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Authority } from '../../../shared/auth/authority.ts';
import { type Actor, actorId, holds } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Account, AccountStatus } from '../account/account.entity.ts';
import { lockAccount } from '../account/lock-account.ts';
import { SecondFactor } from '../second-factor/second-factor.entity.ts';
import { withoutSecondFactor } from '../second-factor/second-factor.state.ts';
import { Session } from '../session/session.entity.ts';
import { effectiveGrants } from './effective-grants.ts';
import { giveRole, mayGive, PII_READER } from './giving.ts';
import { assertAnotherAdmin, PLATFORM_ADMIN } from './last-admin.ts';
import { Role, RoleGrant } from './role-grant.entity.ts';
import type { ChangeGrantInput } from './role.inputs.ts';
import type { Grant } from './role.types.ts';
import { assertScope } from './scope.ts';

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
   * What a session may do; null when it has ended or its account may not be used. Before the second factor is given in
   * it, less than what the account holds. Read from the primary, since a right that was taken must be gone.
   */
  async authorityOf(sessionId: string): Promise<Authority> {
    return this.#db.readPrimary(async (manager) => {
      const session = await manager.findOneBy(Session, { id: sessionId });
      if (!session || session.revokedAt !== null || session.expiresAt <= this.#now()) return null;
      const { accountId, secondFactorAt } = session;
      if (!(await manager.existsBy(Account, { id: accountId, status: AccountStatus.ACTIVE }))) return null;
      const grants = await effectiveGrants(manager, accountId, this.#now());
      if (secondFactorAt !== null || grants.length === 0) return { grants };
      const isEnrolled = await manager.existsBy(SecondFactor, { accountId, secret: Not(IsNull()) });
      return { grants: withoutSecondFactor(grants, isEnrolled) };
    });
  }

  async grantsOf(accountId: string): Promise<Grant[]> {
    return this.#db.read((manager) => effectiveGrants(manager, accountId, this.#now()));
  }

  /**
   * Gives a role, or gives one that is held another end; giving it twice changes nothing.
   * @throws AppError FORBIDDEN without `role.manage` there, for a role that allows more than the giver has, or for one
   *   that the giver may not appoint to, and PII_READER for oneself; NOT_FOUND, VALIDATION_FAILED, ROLES_INCOMPATIBLE, LAST_ADMIN
   */
  async grant(actor: Actor, input: ChangeGrantInput): Promise<void> {
    const now = this.#now();
    const expiresAt = input.expiresAt ?? null;
    if (expiresAt !== null && expiresAt <= now) {
      throw new AppError('VALIDATION_FAILED', { field: 'expiresAt', reason: `> ${now.toISOString()}` });
    }
    // Who wants to see persons in full needs another administrator.
    if (input.role === PII_READER && input.accountId === actorId(actor)) throw new AppError('FORBIDDEN');
    await this.#db.transaction(async (tx) => {
      await this.#check(tx.manager, actor, input);
      const { accountId, role, scope, scopeId } = input;
      const gift = { accountId, role, scope, scopeId, grantedBy: actorId(actor), expiresAt };
      if (await giveRole(tx, gift, now)) await this.#note(tx, actor, 'role.grant', input, expiresAt);
    });
  }

  /**
   * Takes a role away; taking it twice changes nothing.
   * @throws AppError as {@link grant}; LAST_ADMIN for the last administrator of the platform
   */
  async revoke(actor: Actor, input: ChangeGrantInput): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const { manager } = tx;
      await this.#check(manager, actor, input);
      const { accountId, role, scope, scopeId } = input;
      await lockAccount(tx, accountId);
      if (role === PLATFORM_ADMIN.role && scope === PLATFORM_ADMIN.scope) {
        await assertAnotherAdmin(tx, accountId);
      }
      const { affected } = await manager.delete(RoleGrant, { accountId, role, scope, scopeId });
      if (affected) await this.#note(tx, actor, 'role.revoke', input, null);
    });
  }

  async #note(
    tx: Tx,
    actor: Actor,
    action: string,
    { accountId, role, scope, scopeId }: ChangeGrantInput,
    expiresAt: Date | null,
  ): Promise<void> {
    const detail = { role, scope, scopeId, ...(expiresAt && { expiresAt: expiresAt.toISOString() }) };
    await this.#audit.record(tx, { actor, action, subjectType: 'Account', subjectId: accountId, detail });
  }

  async #check(manager: Manager, actor: Actor, input: ChangeGrantInput): Promise<void> {
    const { role, scope, scopeId } = input;
    assertScope(scope, scopeId);
    if (!holds(actor, 'role.manage', scopeId)) throw new AppError('FORBIDDEN');
    if (!(await manager.existsBy(Role, { name: role }))) throw new AppError('NOT_FOUND', { what: 'Role' });
    if (!(await manager.existsBy(Account, { id: input.accountId }))) {
      throw new AppError('NOT_FOUND', { what: 'Account' });
    }
    if (!(await mayGive(manager, actor, input))) throw new AppError('FORBIDDEN');
  }
}
