import { createHash, randomBytes } from 'node:crypto';
import { In } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import type { TokenSigner } from '../token/token-signer.ts';
import { RefreshToken, Session } from './session.entity.ts';

/** How long an access token lives, seconds. */
export const ACCESS_S = 15 * 60;
const SESSION_MS = 30 * 24 * 3_600_000;
/** How long a refresh token works once more after its first use, ms: the answer may have been lost. */
const GRACE_MS = 10_000;

export interface TokenPair {
  readonly accountId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
}

/** Sessions with rotating refresh tokens (RFC 9700, section 4.14): only hashes are kept. */
export class SessionService {
  readonly #db: Db;
  readonly #signer: TokenSigner;
  readonly #chain: BlindIndex;
  readonly #audit: Audit;
  readonly #now: () => Date;

  /** @param chain derives each refresh token from the one before, so that a retry gets the very same answer. */
  constructor(db: Db, signer: TokenSigner, chain: BlindIndex, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#signer = signer;
    this.#chain = chain;
    this.#audit = audit;
    this.#now = now;
  }

  /** Begins a session within the caller's transaction. */
  async begin(tx: Tx, accountId: string): Promise<TokenPair> {
    const { manager } = tx;
    const now = this.#now();
    const refreshToken = randomBytes(32).toString('hex');
    const session = {
      id: newId('ses'),
      accountId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + SESSION_MS),
      revokedAt: null,
    };
    await manager.insert(Session, session);
    await manager.insert(RefreshToken, token(refreshToken, session.id, now));
    await this.#note(tx, session, 'session.begin');
    return this.#pair(session, refreshToken);
  }

  /**
   * Exchanges a refresh token for a new pair. A token used before gives the same new one within ten seconds; after
   * that it is taken for stolen and ends the session.
   * @throws AppError SESSION_ENDED
   */
  async refresh(refreshToken: string): Promise<TokenPair> {
    const pair = await this.#db.transaction(async (tx) => {
      const { manager } = tx;
      const now = this.#now();
      const tokenHash = hash(refreshToken);
      const known = await manager.findOne(RefreshToken, {
        where: { tokenHash },
        lock: { mode: 'pessimistic_write' },
      });
      const session = known && (await manager.findOneBy(Session, { id: known.sessionId }));
      if (!session || session.revokedAt !== null || session.expiresAt <= now) return undefined;
      const next = this.#chain.of(refreshToken);
      if (known.usedAt === null) {
        await manager.update(RefreshToken, { tokenHash }, { usedAt: now });
        await manager.insert(RefreshToken, token(next, session.id, now));
      } else if (now.getTime() - known.usedAt.getTime() > GRACE_MS) {
        await manager.update(Session, { id: session.id }, { revokedAt: now });
        await this.#note(tx, session, 'session.end', { reason: 'REFRESH_TOKEN_REUSED' });
        return undefined;
      }
      return this.#pair(session, next);
    });
    // Thrown outside, since the revocation must be committed.
    if (pair === undefined) throw new AppError('SESSION_ENDED');
    return pair;
  }

  /** Access tokens of long life for the demo accounts that exist. @returns in the order of the accounts */
  async beginDemo(accountIds: string[], lifetimeS: number): Promise<string[]> {
    const now = this.#now();
    const expiresAt = new Date(now.getTime() + lifetimeS * 1000);
    const sessions = accountIds.map((accountId) => ({
      id: newId('ses'),
      accountId,
      createdAt: now,
      expiresAt,
    }));
    await this.#db.transaction(async (tx) => {
      const known = await tx.manager.findBy(Account, { id: In(accountIds) });
      const ids = new Set(known.map((account) => account.id));
      const begun = sessions.filter((session) => ids.has(session.accountId));
      await tx.manager.insert(Session, begun);
      for (const session of begun) await this.#note(tx, session, 'session.begin', { reason: 'DEMO' });
    });
    return sessions.map((session) => this.#signer.sign(session.accountId, session.id, lifetimeS));
  }

  /** Ends a session; ending it twice changes nothing. */
  async end(sessionId: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const session = await tx.manager.findOne(Session, {
        where: { id: sessionId },
        lock: { mode: 'pessimistic_write' },
      });
      if (session && session.revokedAt === null) {
        await tx.manager.update(Session, { id: sessionId }, { revokedAt: this.#now() });
        await this.#note(tx, session, 'session.end', { reason: 'LOGOUT' });
      }
    });
  }

  async #note(
    tx: Tx,
    { id, accountId }: { id: string; accountId: string },
    action: string,
    detail: Record<string, string> = {},
  ): Promise<void> {
    const actor: Actor = { kind: 'account', accountId, sessionId: id, grants: [] };
    await this.#audit.record(tx, { actor, action, subjectType: 'Session', subjectId: id, detail });
  }

  #pair(session: { id: string; accountId: string }, refreshToken: string): TokenPair {
    return {
      accountId: session.accountId,
      accessToken: this.#signer.sign(session.accountId, session.id, ACCESS_S),
      accessTokenExpiresAt: new Date(this.#now().getTime() + ACCESS_S * 1000),
      refreshToken,
    };
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function token(text: string, sessionId: string, createdAt: Date): RefreshToken {
  return Object.assign(new RefreshToken(), { tokenHash: hash(text), sessionId, createdAt, usedAt: null });
}
