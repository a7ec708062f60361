import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { Account, AccountStatus } from './account.entity.ts';
import type { UpdateMyAccountInput } from './account.inputs.ts';
import { parseAreaCode } from './area-code.ts';

const LONGEST_NAME = 64;

/** What the owner of an account changes of it. */
export class AccountEditingService {
  readonly #db: Db;
  readonly #audit: Audit;
  readonly #fingerprint: BlindIndex;
  readonly #now: () => Date;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(db: Db, audit: Audit, fingerprint: BlindIndex, now: () => Date) {
    this.#db = db;
    this.#audit = audit;
    this.#fingerprint = fingerprint;
    this.#now = now;
  }

  /**
   * @returns the identifier of the account
   * @throws AppError VALIDATION_FAILED, VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED
   */
  async update(actor: Actor, input: UpdateMyAccountInput): Promise<string> {
    const id = actorId(actor);
    const changed = changesOf(input);
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'updateMyAccount', key: input.idempotencyKey, body, now: this.#now() };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const { expectedVersion } = input;
        const { affected } = await tx.manager.update(
          Account,
          { id, version: expectedVersion, status: AccountStatus.ACTIVE },
          { ...changed, version: expectedVersion + 1 },
        );
        if (affected !== 1) throw new AppError('VERSION_CONFLICT');
        const detail = { fields: Object.keys(changed).join(' '), version: expectedVersion + 1 };
        const subject = { subjectType: 'Account', subjectId: id };
        await this.#audit.record(tx, { actor, action: 'account.update', ...subject, detail });
        return id;
      }),
    );
  }
}

function changesOf({ displayName, city }: UpdateMyAccountInput): Partial<Account> {
  return {
    ...(displayName != null && { displayName: checkedName(displayName) }),
    ...(city !== undefined && { city: city === null ? null : parseAreaCode(city, 'city') }),
  };
}

function checkedName(given: string): string {
  const name = given.normalize('NFC').trim();
  if (name === '' || name.length > LONGEST_NAME || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(name)) {
    throw new AppError('VALIDATION_FAILED', { field: 'displayName', reason: `1 – ${LONGEST_NAME}` });
  }
  return name;
}
