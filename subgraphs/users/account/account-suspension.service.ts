import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId, holds } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { assertNotLastAdmin } from '../role/last-admin.ts';
import { checkedReason } from '../staff/reason.ts';
import { Account, AccountStatus } from './account.entity.ts';
import { lockAccount } from './lock-account.ts';
import type { ReinstateAccountInput, SuspendAccountInput } from './account.inputs.ts';

/** Stops accounts: what an account may do is asked anew every two seconds, and a suspended one may do nothing. */
export class AccountSuspensionService {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly #audit: Audit;
  readonly #fingerprint: BlindIndex;
  readonly #now: () => Date;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(db: Db, cipher: FieldCipher, audit: Audit, fingerprint: BlindIndex, now: () => Date) {
    this.#db = db;
    this.#cipher = cipher;
    this.#audit = audit;
    this.#fingerprint = fingerprint;
    this.#now = now;
  }

  /**
   * Stopping an account that is stopped changes nothing.
   * @throws AppError FORBIDDEN, BAD_ID, NOT_FOUND, also for an erased one; VALIDATION_FAILED, LAST_ADMIN,
   *   IDEMPOTENCY_KEY_REUSED
   */
  async suspend(actor: Actor, input: SuspendAccountInput): Promise<string> {
    const reason = checkedReason(input.reason);
    return this.#once(actor, 'suspendAccount', input, async (tx, id) => {
      const account = await lockKnown(tx, id);
      if (account.status === AccountStatus.SUSPENDED) return;
      await assertNotLastAdmin(tx, id);
      const place = { table: 'account', column: 'status_reason', rowId: id };
      const statusReason = this.#cipher.encrypt(reason, place);
      await tx.manager.update(Account, { id }, { status: AccountStatus.SUSPENDED, statusReason });
      await this.#note(tx, actor, 'account.suspend', id);
    });
  }

  /** @throws AppError as {@link suspend} */
  async reinstate(actor: Actor, input: ReinstateAccountInput): Promise<string> {
    return this.#once(actor, 'reinstateAccount', input, async (tx, id) => {
      const account = await lockKnown(tx, id);
      if (account.status === AccountStatus.ACTIVE) return;
      await tx.manager.update(Account, { id }, { status: AccountStatus.ACTIVE, statusReason: null });
      await this.#note(tx, actor, 'account.reinstate', id);
    });
  }

  async #once(
    actor: Actor,
    operation: string,
    input: SuspendAccountInput | ReinstateAccountInput,
    work: (tx: Tx, id: string) => Promise<void>,
  ): Promise<string> {
    // The answer is an account, so who may not see one is refused before anything is changed.
    const mayAnswer = ['account.suspend', 'account.read'].every((each) => holds(actor, each));
    if (!mayAnswer) throw new AppError('FORBIDDEN');
    const id = parseId('acc', input.accountId);
    // An account does not end or begin its own stop: the way back would be shut, or open to whom it is shut for.
    if (id === actorId(actor)) throw new AppError('FORBIDDEN');
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    const call = { actor, operation, key: input.idempotencyKey, body, now: this.#now() };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        await work(tx, id);
        return id;
      }),
    );
  }

  async #note(tx: Tx, actor: Actor, action: string, subjectId: string): Promise<void> {
    await this.#audit.record(tx, { actor, action, subjectType: 'Account', subjectId });
  }
}

async function lockKnown(tx: Tx, id: string): Promise<Account> {
  const account = await lockAccount(tx, id);
  if (account.status === AccountStatus.ERASED) throw new AppError('NOT_FOUND', { what: 'Account' });
  return account;
}
