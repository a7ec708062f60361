import { In } from 'typeorm';
import { unknownClient } from '../../../shared/context/client-info.ts';
import { assertOneLogin, handOver, takeBack } from '../../../shared/context/refresh-cookie.ts';
import { currentRequest } from '../../../shared/context/request-context.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import { Identity } from '../login/identity.entity.ts';
import { deviceName, limitOf } from './device.ts';
import { assertMayLogIn } from './may-log-in.ts';
import { RefreshToken, Session, SessionEnd } from './session.entity.ts';
import type { SessionJournal } from './session-journal.ts';
import type { SessionStore } from './session.store.ts';
import { hashOf, type TokenPair, type TokenPairs, tokenRow } from './token-pair.ts';

export type { TokenPair };

const SESSION_MS = 30 * 24 * 3_600_000;
/** How long after its first use a refresh may be repeated whose answer was lost, ms. */
const REPEAT_MS = 24 * 3_600_000;

/** Begins sessions and goes on with them by rotating refresh tokens (RFC 9700, section 4.14). */
export class SessionService {
  readonly #db: Db;
  readonly #store: SessionStore;
  readonly #pairs: TokenPairs;
  readonly #journal: SessionJournal;
  readonly #now: () => Date;

  constructor(db: Db, store: SessionStore, pairs: TokenPairs, journal: SessionJournal, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#pairs = pairs;
    this.#journal = journal;
    this.#now = now;
  }

  /**
   * Begins a session by a way to log in, on the terminal of the request, within the caller's transaction; the oldest
   * on that kind of terminal is ended when there would be too many.
   * @throws AppError ACCOUNT_SUSPENDED; CONFLICT_RETRY when it was unlinked meanwhile; BAD_REQUEST for a second login by
   *   cookie at once
   */
  async begin(tx: Tx, identity: Pick<Identity, 'id' | 'accountId'>): Promise<TokenPair> {
    assertOneLogin(currentRequest());
    const { id: identityId, accountId } = identity;
    await assertMayLogIn(tx, accountId);
    // What was seen before the account was held may be over: nobody would end the session any more.
    if (!(await tx.manager.existsBy(Identity, { id: identityId, accountId }))) {
      throw new AppError('CONFLICT_RETRY');
    }
    const now = this.#now();
    const expiresAt = new Date(now.getTime() + SESSION_MS);
    const session = Object.assign(newSession(accountId, now, expiresAt), { identityId });
    await this.#makeRoom(tx, session, now);
    const refreshToken = this.#pairs.first();
    await this.#store.insert(tx, session);
    await tx.manager.insert(RefreshToken, tokenRow(refreshToken, session.id, now));
    await tx.manager.update(Account, { id: accountId }, { lastLoginAt: now });
    await this.#journal.begun(tx, session, { terminal: session.terminal });
    tx.afterCommit(async () => handOver(currentRequest(), refreshToken, session.expiresAt));
    return this.#pairs.of(session, refreshToken, now, false);
  }

  /**
   * Exchanges a refresh token for a new pair. It may be repeated, and gives the same refresh token again, for a day and
   * while nothing of what it gave has been used: the answer may have been lost. After that the token is taken for
   * stolen and ends the session.
   * @throws AppError SESSION_ENDED, ACCOUNT_SUSPENDED; BAD_REQUEST for a second login by cookie at once
   */
  async refresh(refreshToken: string): Promise<TokenPair> {
    assertOneLogin(currentRequest());
    const pair = await this.#db.transaction((tx) => this.#exchange(tx, refreshToken));
    // Thrown outside, since the revocation must be committed.
    if (pair === undefined) {
      takeBack(currentRequest());
      throw new AppError('SESSION_ENDED');
    }
    return pair;
  }

  /** Access tokens of long life for the demo accounts that exist. @returns in the order of the accounts */
  async beginDemo(accountIds: string[], lifetimeS: number): Promise<string[]> {
    const now = this.#now();
    const expiresAt = new Date(now.getTime() + lifetimeS * 1000);
    const sessions = accountIds.map((accountId) =>
      // Nobody has a phone for them, so nobody could give a second factor.
      Object.assign(newSession(accountId, now, expiresAt), { ip: null, isDemo: true, secondFactorAt: now }),
    );
    await this.#db.transaction(async (tx) => {
      const known = await tx.manager.findBy(Account, { id: In(accountIds) });
      const ids = new Set(known.map((account) => account.id));
      const begun = sessions.filter((session) => ids.has(session.accountId));
      await tx.manager.insert(Session, begun);
      for (const session of begun) await this.#journal.begun(tx, session, { reason: 'DEMO' });
    });
    return sessions.map((session) => this.#pairs.access(session.accountId, session.id, lifetimeS));
  }

  async #exchange(tx: Tx, refreshToken: string): Promise<TokenPair | undefined> {
    const { manager } = tx;
    const now = this.#now();
    const tokenHash = hashOf(refreshToken);
    const named = await manager.findOneBy(RefreshToken, { tokenHash });
    const found = named && (await manager.findOneBy(Session, { id: named.sessionId }));
    if (!found) return undefined;
    // Account before session, as where one begins, and session before tokens: two that meet wait in one order only.
    await assertMayLogIn(tx, found.accountId);
    const session = await this.#store.lock(tx, found.id);
    const known = await this.#store.lockToken(tx, [tokenHash]);
    if (!known || !session || session.revokedAt !== null || session.expiresAt <= now) return undefined;
    let next: string | undefined;
    if (known.usedAt === null) {
      next = this.#pairs.next(refreshToken);
      await manager.update(RefreshToken, { tokenHash }, { usedAt: now });
      await manager.insert(RefreshToken, tokenRow(next, session.id, now));
      await this.#store.seen(tx, session.id, currentRequest()?.client?.ip || null, now);
    } else if (now.getTime() - known.usedAt.getTime() <= REPEAT_MS) {
      next = await this.#unusedNext(tx, refreshToken);
    }
    if (next === undefined) {
      await this.#journal.end(tx, session, SessionEnd.REFRESH_TOKEN_REUSED);
      return undefined;
    }
    const issued = next;
    tx.afterCommit(async () => handOver(currentRequest(), issued, session.expiresAt));
    return this.#pairs.of(session, issued, now, true);
  }

  /** What a refresh token was exchanged for, unless that or an access token that came with it has been used. */
  async #unusedNext(tx: Tx, refreshToken: string): Promise<string | undefined> {
    const possible = new Map(this.#pairs.possibleNext(refreshToken).map((each) => [hashOf(each), each]));
    // Held, so that a use that is being recorded is seen, and one that comes later finds the repetition done.
    const issued = await this.#store.lockToken(tx, [...possible.keys()]);
    const isUnused = issued !== null && issued.usedAt === null && issued.accessUsedAt === null;
    return isUnused ? possible.get(issued.tokenHash) : undefined;
  }

  /** The account is held, so that of logins at once each sees those before it. */
  async #makeRoom(tx: Tx, { accountId, terminal }: Session, now: Date): Promise<void> {
    const { kinds, most } = limitOf(terminal);
    const live = await this.#store.lockLive(tx, accountId, now, kinds);
    for (const session of live.slice(0, Math.max(0, live.length - most + 1))) {
      await this.#journal.end(tx, session, SessionEnd.TERMINAL_LIMIT);
    }
  }
}

function newSession(accountId: string, now: Date, expiresAt: Date): Session {
  const client = currentRequest()?.client ?? unknownClient;
  return Object.assign(new Session(), {
    id: newId('ses'),
    accountId,
    identityId: null,
    terminal: client.terminal,
    deviceName: deviceName(client),
    ip: client.ip || null,
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
    revokedAt: null,
    endReason: null,
    secondFactorAt: null,
    isDemo: false,
  });
}
