import { createHash, randomBytes } from 'node:crypto';
import { LessThan } from 'typeorm';
import type { Actor } from '../../../shared/context/actor.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { catalogue } from '../../../shared/errors/catalogue.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { LoginState } from './login-state.entity.ts';
import { LoginPurpose } from './party-login.types.ts';

const VALID_MS = 10 * 60_000;
/** How long one that is over is left, ms: another process, whose clock is behind, may still take it. */
const LEFT_MS = 24 * 3_600_000;
/** How many that are over are swept away by each that begins. */
const SWEPT = 20;

/** What is kept of a login under way; the last two only where the other party knows them. */
export interface LoginSecrets {
  readonly redirectUri: string;
  readonly codeVerifier?: string;
  readonly nonce?: string;
}

interface Beginning {
  readonly party: string;
  readonly secrets: LoginSecrets;
  readonly purpose: LoginPurpose;
  readonly actor: Actor;
}

interface Return {
  readonly party: string;
  readonly state: string;
  readonly verifier: string;
  /** The account to which it is linked; undefined for a login. */
  readonly accountId: string | undefined;
}

export interface Begun {
  /** 64 hexadecimal digits, which every party takes. */
  readonly state: string;
  readonly verifier: string;
  readonly expiresAt: Date;
}

/**
 * The way of a login through another party and back (RFC 6749 section 10.12, RFC 9700 section 4.7): it comes back
 * once, within ten minutes, and only by the device that began it, which alone has the verifier.
 */
export class LoginStateService {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly #now: () => Date;

  constructor(db: Db, cipher: FieldCipher, now: () => Date) {
    this.#db = db;
    this.#cipher = cipher;
    this.#now = now;
  }

  /** @throws AppError UNAUTHENTICATED when nobody is logged in who could link something */
  async begin({ party, secrets, purpose, actor }: Beginning): Promise<Begun> {
    if (purpose === LoginPurpose.LINK && actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const isLinking = purpose === LoginPurpose.LINK && actor.kind === 'account';
    const now = this.#now();
    const [state, verifier] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
    const id = newId('lgs');
    const expiresAt = new Date(now.getTime() + VALID_MS);
    const row = {
      id,
      stateHash: hash(state),
      verifierHash: hash(verifier),
      party,
      accountId: isLinking ? actor.accountId : null,
      secrets: this.#cipher.encrypt(JSON.stringify(secrets), placeOf(id)),
      expiresAt,
      usedAt: null,
    };
    await this.#sweep(now);
    await this.#db.transaction(({ manager }) => manager.insert(LoginState, row));
    return { state, verifier, expiresAt };
  }

  /**
   * Uses up a login that comes back, and asks the other party by `work`; when that does not answer just now, the same
   * call may be made again.
   * @throws AppError LOGIN_STATE_INVALID, and what `work` throws
   */
  async redeem<T>(back: Return, work: (secrets: LoginSecrets) => Promise<T>): Promise<T> {
    const { id, secrets } = await this.#claim(back);
    try {
      return await work(JSON.parse(this.#cipher.decrypt(secrets, placeOf(id))) as LoginSecrets);
    } catch (error) {
      if (error instanceof AppError && catalogue[error.code].retryable) {
        await this.#db.transaction(({ manager }) => manager.update(LoginState, { id }, { usedAt: null }));
      }
      throw error;
    }
  }

  async #claim({ party, state, verifier, accountId }: Return): Promise<LoginState> {
    const now = this.#now();
    const claimed = await this.#db.transaction(async ({ manager }) => {
      const row = await manager.findOne(LoginState, {
        where: { stateHash: hash(state) },
        lock: { mode: 'pessimistic_write' },
      });
      const isOurs =
        row !== null &&
        row.usedAt === null &&
        row.expiresAt > now &&
        row.party === party &&
        row.verifierHash === hash(verifier) &&
        row.accountId === (accountId ?? null);
      if (!isOurs) return undefined;
      await manager.update(LoginState, { id: row.id }, { usedAt: now });
      return row;
    });
    if (claimed === undefined) throw new AppError('LOGIN_STATE_INVALID');
    return claimed;
  }

  async #sweep(now: Date): Promise<void> {
    const over = await this.#db.readPrimary((manager) =>
      manager.find(LoginState, {
        select: { id: true },
        where: { expiresAt: LessThan(new Date(now.getTime() - LEFT_MS)) },
        order: { expiresAt: 'ASC' },
        take: SWEPT,
      }),
    );
    if (over.length === 0) return;
    await this.#db.transaction(({ manager }) =>
      manager.delete(
        LoginState,
        over.map(({ id }) => id),
      ),
    );
  }
}

function placeOf(rowId: string) {
  return { table: 'login_state', column: 'secrets', rowId };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
