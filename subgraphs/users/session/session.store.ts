import { In, IsNull, LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';
import type { TerminalKind } from '../../../shared/context/client-info.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { RefreshToken, Session } from './session.entity.ts';

/** More than anybody holds: the limits of all kinds together, and the logins of a demo. */
const MOST = 50;
/** Rows that one step of the purge takes: short enough to be in nobody's way. */
const STEP = 500;

/** Rows of sessions; the address in them is in clear on this side alone. */
export class SessionStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;

  constructor(db: Db, cipher: FieldCipher) {
    this.#db = db;
    this.#cipher = cipher;
  }

  async insert({ manager }: Tx, session: Session): Promise<void> {
    const ip = this.#seal(session.id, session.ip);
    await manager.insert(Session, Object.assign(new Session(), session, { ip }));
  }

  /** A session seen again, perhaps at another place. */
  async seen({ manager }: Tx, id: string, ip: string | null, at: Date): Promise<void> {
    await manager.update(Session, { id }, { lastSeenAt: at, ...(ip && { ip: this.#seal(id, ip) }) });
  }

  async lock({ manager }: Tx, id: string): Promise<Session | null> {
    return manager.findOne(Session, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The refresh token that has one of some hashes, held. */
  async lockToken({ manager }: Tx, hashes: string[]): Promise<RefreshToken | null> {
    const lock = { mode: 'pessimistic_write' } as const;
    return manager.findOne(RefreshToken, { where: { tokenHash: In(hashes) }, lock });
  }

  /** Those of an account that have not ended, oldest first, held. The demo's own are left out where a kind is given. */
  async lockLive(
    { manager }: Tx,
    accountId: string,
    now: Date,
    kinds?: readonly TerminalKind[],
  ): Promise<Session[]> {
    return manager.find(Session, {
      where: {
        accountId,
        revokedAt: IsNull(),
        expiresAt: MoreThan(now),
        ...(kinds && { terminal: In([...kinds]), isDemo: false }),
      },
      order: { createdAt: 'ASC', id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Those of an account that have not ended, newest first, 50 at most. */
  async listLive(accountId: string, now: Date): Promise<Session[]> {
    const rows = await this.#db.read((manager) =>
      manager.find(Session, {
        where: { accountId, revokedAt: IsNull(), expiresAt: MoreThan(now) },
        order: { createdAt: 'DESC', id: 'DESC' },
        take: MOST,
      }),
    );
    return rows.map((row) => this.open(row));
  }

  async find(id: string): Promise<Session | null> {
    const row = await this.#db.readPrimary((manager) => manager.findOneBy(Session, { id }));
    return row && this.open(row);
  }

  /** The session that a refresh token belongs to, used before or not; undefined where none does. */
  async idOfToken(tokenHash: string): Promise<string | undefined> {
    const known = await this.#db.readPrimary((manager) => manager.findOneBy(RefreshToken, { tokenHash }));
    return known?.sessionId;
  }

  /** Identifiers of those that were ended since a time. */
  async endedSince(since: Date): Promise<string[]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.find(Session, { select: { id: true }, where: { revokedAt: MoreThan(since) } }),
    );
    return rows.map((row) => row.id);
  }

  /** @throws AppError DECRYPT_FAILED */
  open(row: Session): Session {
    const ip = row.ip && this.#cipher.decrypt(row.ip, place(row.id));
    return Object.assign(new Session(), row, { ip });
  }

  /** Deletes the refresh tokens of sessions that ended before a time. @returns how many */
  async purgeTokens(before: Date): Promise<number> {
    return this.#purge(async (manager) => {
      const found = await manager
        .createQueryBuilder(RefreshToken, 'token')
        .select('token.token_hash', 'hash')
        .innerJoin(Session, 'session', 'session.id = token.session_id')
        .where('session.expires_at <= :before OR session.revoked_at <= :before', { before })
        .limit(STEP)
        .getRawMany<{ hash: string }>();
      const hashes = found.map(({ hash }) => hash);
      if (hashes.length > 0) await manager.delete(RefreshToken, { tokenHash: In(hashes) });
      return hashes.length;
    });
  }

  /** Deletes sessions that ended before a time and have no tokens any more. @returns how many */
  async purgeSessions(before: Date): Promise<number> {
    return this.#purge(async (manager) => {
      const over = [{ expiresAt: LessThanOrEqual(before) }, { revokedAt: LessThanOrEqual(before) }];
      const found = await manager.find(Session, { select: { id: true }, where: over, take: STEP });
      const ids = found.map(({ id }) => id);
      if (ids.length > 0) await manager.delete(Session, { id: In(ids) });
      return ids.length;
    });
  }

  async #purge(step: (manager: EntityManager) => Promise<number>): Promise<number> {
    let total = 0;
    for (;;) {
      const gone = await this.#db.transaction(({ manager }) => step(manager));
      total += gone;
      if (gone < STEP) return total;
    }
  }

  #seal(id: string, ip: string | null): string | null {
    return ip ? this.#cipher.encrypt(ip, place(id)) : null;
  }
}

function place(rowId: string) {
  return { table: 'session', column: 'ip', rowId };
}
