import { In, IsNull, Not } from 'typeorm';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { Session } from '../session/session.entity.ts';
import { newRecoveryCodes, normaliseRecoveryCode } from './recovery-codes.ts';
import { RecoveryCode, SecondFactor } from './second-factor.entity.ts';

const SEALED = { secret: 'secret', pendingSecret: 'pending_secret' } as const;

/** Rows of second factors and recovery codes; the secrets are in clear on this side alone. */
export class SecondFactorStore {
  readonly #cipher: FieldCipher;
  readonly #hash: BlindIndex;

  /** @param hash a keyed one: whoever has the database alone cannot try codes on it. */
  constructor(cipher: FieldCipher, hash: BlindIndex) {
    this.#cipher = cipher;
    this.#hash = hash;
  }

  /** The row of an account, held. @throws AppError DECRYPT_FAILED */
  async lock({ manager }: Tx, accountId: string): Promise<SecondFactor | null> {
    const row = await manager.findOne(SecondFactor, {
      where: { accountId },
      lock: { mode: 'pessimistic_write' },
    });
    return row && this.#mapped(row, (text, place) => this.#cipher.decrypt(text, place));
  }

  async save({ manager }: Tx, factor: SecondFactor): Promise<void> {
    const row = this.#mapped(factor, (text, place) => this.#cipher.encrypt(text, place));
    await manager.upsert(SecondFactor, row, ['accountId']);
  }

  /** Takes the factor away, with its codes, and from the sessions that it was given in. */
  async remove({ manager }: Tx, accountId: string): Promise<void> {
    await manager.delete(RecoveryCode, { accountId });
    await manager.delete(SecondFactor, { accountId });
    const done = { accountId, isDemo: false, secondFactorAt: Not(IsNull()) };
    await manager.update(Session, done, { secondFactorAt: null });
  }

  /** New codes in the place of all old ones. @returns them as they are shown, this once */
  async replaceCodes({ manager }: Tx, accountId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await manager.delete(RecoveryCode, { accountId });
    await manager.insert(
      RecoveryCode,
      codes.map((code) => ({ codeHash: this.#hash.of(wordOf(accountId, code)), accountId, usedAt: null })),
    );
    return codes;
  }

  /** Uses up a recovery code: of several at once one succeeds. */
  async useCode({ manager }: Tx, accountId: string, text: string, now: Date): Promise<boolean> {
    const hashes = this.#hash.candidates(wordOf(accountId, text));
    const { affected } = await manager.update(
      RecoveryCode,
      { codeHash: In(hashes), accountId, usedAt: IsNull() },
      { usedAt: now },
    );
    return affected === 1;
  }

  #mapped(row: SecondFactor, change: (text: string, place: Parameters<FieldCipher['encrypt']>[1]) => string) {
    const changed: Partial<Record<keyof typeof SEALED, string>> = {};
    for (const field of Object.keys(SEALED) as (keyof typeof SEALED)[]) {
      const text = row[field];
      const place = { table: 'second_factor', column: SEALED[field], rowId: row.accountId };
      if (text !== null) changed[field] = change(text, place);
    }
    return Object.assign(new SecondFactor(), row, changed);
  }
}

function wordOf(accountId: string, text: string): string {
  return `${accountId}:${normaliseRecoveryCode(text) ?? ''}`;
}
