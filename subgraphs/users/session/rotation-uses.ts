import { IsNull } from 'typeorm';
import { RecentlySeen } from '../../../shared/auth/recently-seen.ts';
import type { Db } from '../../../shared/db/db.ts';
import { RefreshToken } from './session.entity.ts';

const KEEP = 20_000;

/**
 * Keeps which refreshes have come to their client for certain: an access token that they issued is used. A rotation is
 * named by the hash of the refresh token that it issued.
 */
export class RotationUses {
  readonly #db: Db;
  readonly #now: () => Date;
  readonly #recorded = new RecentlySeen(KEEP);

  constructor(db: Db, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  /** Returns when it is committed; told again, or of a rotation that does not exist, it changes nothing. */
  async record(sessionId: string, rotation: string): Promise<void> {
    if (this.#recorded.has(rotation)) return;
    await this.#db.transaction(({ manager }) =>
      manager.update(
        RefreshToken,
        { tokenHash: rotation, sessionId, accessUsedAt: IsNull() },
        { accessUsedAt: this.#now() },
      ),
    );
    this.#recorded.add(rotation);
  }
}
