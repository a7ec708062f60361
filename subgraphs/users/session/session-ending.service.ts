import { type Actor, holds } from '../../../shared/context/actor.ts';
import { takeBack } from '../../../shared/context/refresh-cookie.ts';
import { currentRequest } from '../../../shared/context/request-context.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { lockAccount } from '../account/lock-account.ts';
import { type Session, SessionEnd } from './session.entity.ts';
import type { SessionJournal } from './session-journal.ts';
import type { SessionStore } from './session.store.ts';
import { hashOf } from './token-pair.ts';

type Person = Extract<Actor, { kind: 'account' }>;

/** How far back the router is told of ended sessions at most, ms: no access token lives longer. */
const LONGEST_LOOK_MS = 20 * 60_000;

/** Whether somebody may see and end the sessions of others. */
export function mayEndOthers(actor: Actor): boolean {
  return holds(actor, 'account.read') && holds(actor, 'session.revoke');
}

/** Ends sessions before their time. What has ended stays so: doing it twice changes nothing. */
export class SessionEndingService {
  readonly #db: Db;
  readonly #store: SessionStore;
  readonly #journal: SessionJournal;
  readonly #now: () => Date;

  constructor(db: Db, store: SessionStore, journal: SessionJournal, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#journal = journal;
    this.#now = now;
  }

  /** Those of an account that have not ended, newest first. */
  async list(accountId: string): Promise<Session[]> {
    return this.#store.listLive(accountId, this.#now());
  }

  /** Identifiers of sessions ended since a time, 20 minutes back at most. */
  async endedSince(since: Date): Promise<string[]> {
    const earliest = this.#now().getTime() - LONGEST_LOOK_MS;
    return this.#store.endedSince(new Date(Math.max(since.getTime(), earliest)));
  }

  /**
   * Ends the session of the access token, and that of the browser's cookie, which may be there alone: the access token
   * of a page that was asleep has expired. What has ended already is no error.
   * @throws AppError UNAUTHENTICATED with neither
   */
  async logOut(actor: Actor): Promise<void> {
    const cookie = currentRequest()?.refreshCookie;
    if (actor.kind !== 'account' && cookie === undefined) throw new AppError('UNAUTHENTICATED');
    const ofCookie = cookie && (await this.#store.idOfToken(hashOf(cookie.given)));
    const ids = new Set([actor.kind === 'account' ? actor.sessionId : undefined, ofCookie]);
    for (const id of ids) if (id !== undefined) await this.#logOut(id);
    takeBack(currentRequest());
  }

  async #logOut(sessionId: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const session = await this.#store.lock(tx, sessionId);
      if (session && session.revokedAt === null) await this.#journal.end(tx, session, SessionEnd.LOGOUT);
    });
  }

  /** Ends one, of the caller or by who may. @throws AppError BAD_ID; NOT_FOUND, also for one of others */
  async revoke(actor: Person, id: string): Promise<Session> {
    parseId('ses', id);
    await this.#db.transaction(async (tx) => {
      const session = await this.#store.lock(tx, id);
      const isOwn = session?.accountId === actor.accountId;
      if (!session || !(isOwn || mayEndOthers(actor))) throw new AppError('NOT_FOUND', { what: 'Session' });
      if (session.revokedAt !== null) return;
      await this.#journal.end(tx, session, isOwn ? SessionEnd.REVOKED : SessionEnd.REVOKED_BY_ADMIN, actor);
    });
    if (id === actor.sessionId) takeBack(currentRequest());
    const ended = await this.#store.find(id);
    if (!ended) throw new AppError('NOT_FOUND', { what: 'Session' });
    return ended;
  }

  /** Ends those of the caller: all, or all but the one of the call. @returns how many */
  async revokeOwn(actor: Person, withCurrent: boolean): Promise<number> {
    const { accountId, sessionId } = actor;
    const ended = await this.#db.transaction((tx) =>
      this.endAllOf(tx, accountId, SessionEnd.REVOKED, actor, withCurrent ? undefined : sessionId),
    );
    if (withCurrent) takeBack(currentRequest());
    return ended;
  }

  /** Ends all of another account. @throws AppError BAD_ID, FORBIDDEN, NOT_FOUND @returns how many */
  async revokeOf(actor: Person, accountId: string): Promise<number> {
    parseId('acc', accountId);
    if (!mayEndOthers(actor)) throw new AppError('FORBIDDEN');
    const reason = accountId === actor.accountId ? SessionEnd.REVOKED : SessionEnd.REVOKED_BY_ADMIN;
    return this.#db.transaction((tx) => this.endAllOf(tx, accountId, reason, actor));
  }

  /** Ends those of the caller that began by a way to log in, but the one of the call, within the caller's transaction. */
  async endBegunBy(tx: Tx, actor: Person, identityId: string): Promise<void> {
    const live = await this.#store.lockLive(tx, actor.accountId, this.#now());
    const over = live.filter(
      (session) => session.identityId === identityId && session.id !== actor.sessionId,
    );
    for (const session of over) await this.#journal.end(tx, session, SessionEnd.IDENTITY_UNLINKED, actor);
  }

  /**
   * Ends every session of an account within the caller's transaction.
   * @param but one that stays @throws AppError NOT_FOUND @returns how many
   */
  async endAllOf(tx: Tx, accountId: string, reason: SessionEnd, by: Actor, but?: string): Promise<number> {
    // Held, so that none begins meanwhile.
    await lockAccount(tx, accountId);
    const live = await this.#store.lockLive(tx, accountId, this.#now());
    const over = live.filter(({ id }) => id !== but);
    for (const session of over) await this.#journal.end(tx, session, reason, by);
    return over.length;
  }
}
