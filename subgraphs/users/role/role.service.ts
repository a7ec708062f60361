import { IsNull, Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Authority } from '../../../shared/auth/authority.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Account, AccountStatus } from '../account/account.entity.ts';
import { lockAccount } from '../account/lock-account.ts';
import { SecondFactor } from '../second-factor/second-factor.entity.ts';
import { withoutSecondFactor } from '../second-factor/second-factor.state.ts';
import { Session } from '../session/session.entity.ts';
import { effectiveGrants } from './effective-grants.ts';
import { giveRole, PII_READER } from './giving.ts';
import {
  assertGrantable,
  assertManagesRolesAt,
  assertMayChange,
  assertPlaceExists,
  type Places,
  type WantedGrant,
} from './grant-check.service.ts';
import { revokeGrant } from './revoking.ts';
import type { ChangeGrantInput } from './role.inputs.ts';
import type { Grant } from './role.types.ts';
import { scopeIn } from './scope.ts';

/** Who holds which role where, and what that allows. */
export class RoleService {
  readonly #db: Db;
  readonly #audit: Audit;
  readonly #places: Places;
  readonly #now: () => Date;

  constructor(db: Db, audit: Audit, places: Places, now: () => Date) {
    this.#db = db;
    this.#audit = audit;
    this.#places = places;
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
      const effective = await effectiveGrants(manager, accountId, this.#now());
      const grants = effective.map((grant) => ({ ...grant, scopeId: scopeIn(grant) }));
      if (secondFactorAt !== null || grants.length === 0) return { grants };
      const isEnrolled = await manager.existsBy(SecondFactor, { accountId, secret: Not(IsNull()) });
      return { grants: withoutSecondFactor(grants, isEnrolled) };
    });
  }

  async grantsOf(accountId: string): Promise<Grant[]> {
    const grants = await this.#db.read((manager) => effectiveGrants(manager, accountId, this.#now()));
    return grants.map((grant) => ({ ...grant, hospitalId: grant.hospitalId || null }));
  }

  /**
   * Gives a role, or gives one that is held another end; giving it twice changes nothing.
   * @throws AppError FORBIDDEN without `role.manage` there, for a role that allows more than the giver has, or for one
   *   that the giver may not appoint to, and PII_READER for oneself; NOT_FOUND, also for a place that does not exist;
   *   VALIDATION_FAILED, ROLE_WITHOUT_PERMISSION, ROLE_NOT_FOR_SCOPE, ROLE_NOT_FOR_SELF, ROLE_NEEDS_LICENCE,
   *   ROLES_INCOMPATIBLE, LAST_ADMIN; UNAVAILABLE when the owner of the place does not answer
   */
  async grant(actor: Actor, input: ChangeGrantInput): Promise<void> {
    const now = this.#now();
    const expiresAt = input.expiresAt ?? null;
    if (expiresAt !== null && expiresAt <= now) {
      throw new AppError('VALIDATION_FAILED', { field: 'expiresAt', reason: `> ${now.toISOString()}` });
    }
    // Who wants to see persons in full needs another administrator.
    if (input.role === PII_READER && input.accountId === actorId(actor)) throw new AppError('FORBIDDEN');
    const wanted = wantedIn(input);
    if (wanted.scope === 'DEPARTMENT' && wanted.hospitalId === '') {
      throw new AppError('VALIDATION_FAILED', { field: 'hospitalId', reason: wanted.scope });
    }
    // Whoever manages no roles there does not learn what there is.
    assertManagesRolesAt(actor, wanted);
    await assertPlaceExists(this.#places, wanted);
    await this.#db.transaction(async (tx) => {
      await assertMayChange(tx.manager, actor, wanted);
      await lockAccount(tx, wanted.accountId);
      await assertGrantable(tx.manager, actor, wanted, now);
      const gift = { ...wanted, grantedBy: actorId(actor), expiresAt };
      if (await giveRole(tx, gift, now)) await this.#note(tx, actor, 'role.grant', wanted, expiresAt);
    });
  }

  /**
   * Takes a role away at a place, as {@link grantsOf} names it; taking it twice changes nothing.
   * @throws AppError FORBIDDEN, NOT_FOUND, VALIDATION_FAILED; LAST_ADMIN for the last administrator of the platform
   */
  async revoke(actor: Actor, input: ChangeGrantInput): Promise<void> {
    const wanted = wantedIn(input);
    await this.#db.transaction(async (tx) => {
      await assertMayChange(tx.manager, actor, wanted);
      await lockAccount(tx, wanted.accountId);
      for (const row of await revokeGrant(tx, actor, wanted)) {
        await this.#note(tx, actor, 'role.revoke', row, null);
      }
    });
  }

  async #note(
    tx: Tx,
    actor: Actor,
    action: string,
    { accountId, role, scope, scopeId, hospitalId }: WantedGrant,
    expiresAt: Date | null,
  ): Promise<void> {
    const detail = {
      role,
      scope,
      scopeId,
      ...(hospitalId !== '' && { hospitalId }),
      ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    };
    await this.#audit.record(tx, { actor, action, subjectType: 'Account', subjectId: accountId, detail });
  }
}

function wantedIn({ accountId, role, scope, scopeId, hospitalId }: ChangeGrantInput): WantedGrant {
  return { accountId, role, scope, scopeId, hospitalId: hospitalId ?? '' };
}
