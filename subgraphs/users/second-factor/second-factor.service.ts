import { IsNull, Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { lockAccount } from '../account/lock-account.ts';
import { Session } from '../session/session.entity.ts';
import type { SessionJournal } from '../session/session-journal.ts';
import { SecondFactor } from './second-factor.entity.ts';
import { guardedAmong } from './guarded-roles.ts';
import type { SecondFactorStore } from './second-factor.store.ts';
import type { SecondFactorEnrolment } from './second-factor.types.ts';
import { keyUri, newSecret, stepOf } from './totp.ts';

type Person = Extract<Actor, { kind: 'account' }>;

const WRONG_TRIES = 5;
const LOCK_MS = 15 * 60_000;

/** A second proof of who somebody is: an authenticator app (TOTP, RFC 6238), and recovery codes for its loss. */
export class SecondFactorService {
  readonly #db: Db;
  readonly #store: SecondFactorStore;
  readonly #journal: SessionJournal;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, store: SecondFactorStore, journal: SessionJournal, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#journal = journal;
    this.#audit = audit;
    this.#now = now;
  }

  /** A new secret, which holds once it is confirmed; until then an older one does. @throws AppError SECOND_FACTOR_NEEDED */
  async begin(actor: Person): Promise<SecondFactorEnrolment> {
    const { accountId } = actor;
    const secret = newSecret();
    const label = await this.#db.transaction(async (tx) => {
      // Two first ones at once are one after the other: the second must see the first.
      const account = await lockAccount(tx, accountId);
      const known = await this.#lock(tx, actor);
      await this.#store.save(tx, Object.assign(known ?? none(accountId), { pendingSecret: secret }));
      await this.#note(tx, actor, 'second_factor.begin');
      return account.displayName;
    });
    return { secret, uri: keyUri(secret, label) };
  }

  /**
   * Makes the new secret hold, by a code of it; the session counts as verified.
   * @returns the recovery codes
   * @throws AppError SECOND_FACTOR_MISSING, SECOND_FACTOR_WRONG, SECOND_FACTOR_LOCKED, SECOND_FACTOR_NEEDED
   */
  async confirm(actor: Person, code: string): Promise<string[]> {
    return this.#withCode(actor, async (tx, factor) => {
      await this.#assertDone(tx, actor, factor);
      const { pendingSecret } = factor;
      if (pendingSecret === null) throw new AppError('SECOND_FACTOR_MISSING');
      const step = stepOf(pendingSecret, code.trim(), this.#now(), null);
      if (step === undefined) return undefined;
      const enrolledAt = this.#now();
      Object.assign(factor, { secret: pendingSecret, pendingSecret: null, enrolledAt, lastStep: step });
      await this.#markDone(tx, actor);
      await this.#note(tx, actor, 'second_factor.enrol');
      return this.#store.replaceCodes(tx, actor.accountId);
    });
  }

  /** Gives the second factor in a session. @throws AppError as {@link confirm}, but not SECOND_FACTOR_NEEDED */
  async verify(actor: Person, code: string): Promise<void> {
    await this.#withCode(actor, async (tx, factor) => {
      const method = await this.#prove(tx, factor, code);
      if (method === undefined) return undefined;
      await this.#markDone(tx, actor);
      await this.#note(tx, actor, 'second_factor.verify', { method });
      return true;
    });
  }

  /** Whether a session needs nothing more: the account has no second factor, or it was given in the session. */
  async isGivenIn({ accountId, sessionId }: Person): Promise<boolean> {
    return this.#db.readPrimary(async (manager) => {
      const enrolled = { accountId, secret: Not(IsNull()) };
      if (!(await manager.existsBy(SecondFactor, enrolled))) return true;
      return manager.existsBy(Session, { id: sessionId, secondFactorAt: Not(IsNull()) });
    });
  }

  /** New recovery codes; the old ones work no more. @throws AppError SECOND_FACTOR_MISSING, SECOND_FACTOR_NEEDED */
  async renewCodes(actor: Person): Promise<string[]> {
    return this.#db.transaction(async (tx) => {
      const factor = await this.#lock(tx, actor);
      if (!factor?.secret) throw new AppError('SECOND_FACTOR_MISSING');
      await this.#note(tx, actor, 'second_factor.renew_codes');
      return this.#store.replaceCodes(tx, actor.accountId);
    });
  }

  /** Does away with it. @throws AppError as {@link confirm}; SECOND_FACTOR_REQUIRED for who manages roles */
  async disable(actor: Person, code: string): Promise<void> {
    const { accountId } = actor;
    await this.#withCode(
      actor,
      async (tx, factor) => {
        await this.#assertDone(tx, actor, factor);
        // Of the roles as they stand, not as the session sees them.
        if ((await guardedAmong(tx.manager, [accountId], this.#now())).has(accountId)) {
          throw new AppError('SECOND_FACTOR_REQUIRED');
        }
        if ((await this.#prove(tx, factor, code)) === undefined) return undefined;
        await this.#store.remove(tx, accountId);
        await this.#note(tx, actor, 'second_factor.disable');
        return true;
      },
      false,
    );
  }

  /**
   * Does something that a right code is needed for, and counts wrong ones.
   * @param work answers undefined for a wrong code, after which nothing else may be changed
   * @param keeps whether the factor is still there after it
   */
  async #withCode<T>(
    actor: Person,
    work: (tx: Tx, factor: SecondFactor) => Promise<T | undefined>,
    keeps = true,
  ): Promise<T> {
    const result = await this.#db.transaction(async (tx) => {
      const factor = await this.#store.lock(tx, actor.accountId);
      if (!factor) throw new AppError('SECOND_FACTOR_MISSING');
      const now = this.#now();
      assertUnlocked(factor, now);
      const done = await work(tx, factor);
      if (done !== undefined) {
        if (keeps) await this.#store.save(tx, Object.assign(factor, { wrongTries: 0, lockedUntil: null }));
        return { done };
      }
      const wrongTries = factor.wrongTries + 1;
      const isLocked = wrongTries >= WRONG_TRIES;
      const lockedUntil = isLocked ? new Date(now.getTime() + LOCK_MS) : null;
      await this.#store.save(
        tx,
        Object.assign(factor, { wrongTries: isLocked ? 0 : wrongTries, lockedUntil }),
      );
      await this.#note(tx, actor, isLocked ? 'second_factor.lock' : 'second_factor.wrong');
      return undefined;
    });
    // Thrown outside, since the wrong try must be committed.
    if (result === undefined) throw new AppError('SECOND_FACTOR_WRONG');
    return result.done;
  }

  /** Tries a code of the app, then a recovery code; a used one is used up. @returns which it was */
  async #prove(tx: Tx, factor: SecondFactor, code: string): Promise<'APP' | 'RECOVERY_CODE' | undefined> {
    const { accountId, secret, lastStep } = factor;
    if (secret === null) throw new AppError('SECOND_FACTOR_MISSING');
    const now = this.#now();
    const digits = code.trim();
    if (!/^\d{6}$/.test(digits)) {
      return (await this.#store.useCode(tx, accountId, code, now)) ? 'RECOVERY_CODE' : undefined;
    }
    const step = stepOf(secret, digits, now, lastStep);
    if (step === undefined) return undefined;
    factor.lastStep = step;
    return 'APP';
  }

  async #lock(tx: Tx, actor: Person): Promise<SecondFactor | null> {
    const factor = await this.#store.lock(tx, actor.accountId);
    if (factor) await this.#assertDone(tx, actor, factor);
    return factor;
  }

  /** Whoever stole a login must not change what keeps it from being worth anything. */
  async #assertDone({ manager }: Tx, { sessionId }: Person, { secret }: SecondFactor): Promise<void> {
    if (secret === null) return;
    const session = await manager.findOneBy(Session, { id: sessionId });
    if (!session?.secondFactorAt) throw new AppError('SECOND_FACTOR_NEEDED');
  }

  async #markDone(tx: Tx, { sessionId }: Person): Promise<void> {
    await tx.manager.update(Session, { id: sessionId }, { secondFactorAt: this.#now() });
    this.#journal.changed(tx, sessionId);
  }

  async #note(tx: Tx, actor: Person, action: string, detail: Record<string, string> = {}): Promise<void> {
    const subject = { subjectType: 'Account', subjectId: actor.accountId };
    await this.#audit.record(tx, { actor, action, ...subject, detail });
  }
}

function none(accountId: string): SecondFactor {
  return Object.assign(new SecondFactor(), {
    accountId,
    secret: null,
    pendingSecret: null,
    enrolledAt: null,
    lastStep: null,
    wrongTries: 0,
    lockedUntil: null,
  });
}

/** @throws AppError SECOND_FACTOR_LOCKED */
function assertUnlocked({ lockedUntil }: SecondFactor, now: Date): void {
  if (lockedUntil === null || lockedUntil <= now) return;
  const minutes = Math.ceil((lockedUntil.getTime() - now.getTime()) / 60_000);
  throw new AppError('SECOND_FACTOR_LOCKED', { minutes });
}
