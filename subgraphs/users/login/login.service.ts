import { continueAs } from '../../../shared/context/request-context.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import { platformGrant } from '../role/platform-grant.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import type { SessionService, TokenPair } from '../session/session.service.ts';
import { Identity, SMS } from './identity.entity.ts';
import type { LoginCodeService } from './login-code.service.ts';

export interface PhoneProtection {
  readonly index: BlindIndex;
  readonly cipher: FieldCipher;
}

/** Logs people in by the code that their phone got; the first time makes their account. */
export class LoginService {
  readonly #db: Db;
  readonly #codes: LoginCodeService;
  readonly #sessions: SessionService;
  readonly #phones: PhoneProtection;
  readonly #now: () => Date;

  constructor(
    db: Db,
    codes: LoginCodeService,
    sessions: SessionService,
    phones: PhoneProtection,
    now: () => Date,
  ) {
    this.#db = db;
    this.#codes = codes;
    this.#sessions = sessions;
    this.#phones = phones;
    this.#now = now;
  }

  /** @param phone E.164 @throws AppError LOGIN_CODE_WRONG */
  async logIn(phone: string, code: string): Promise<TokenPair> {
    const pair = await this.#db.transaction(async (tx) => {
      // The lock on the phone's code also keeps two first logins from making two accounts.
      if (!(await this.#codes.redeem(tx, phone, code))) return undefined;
      const accountId = await this.#accountOf(tx, phone);
      continueAs(accountId);
      return this.#sessions.begin(tx, accountId);
    });
    // Thrown outside, since the wrong try must be committed.
    if (pair === undefined) throw new AppError('LOGIN_CODE_WRONG');
    return pair;
  }

  async #accountOf({ manager }: Tx, phone: string): Promise<string> {
    const known = await manager.findOneBy(Identity, {
      kind: SMS,
      subjectIndex: this.#phones.index.of(phone),
    });
    if (known) return known.accountId;
    const account = { id: newId('acc'), displayName: `用户${phone.slice(-4)}`, createdAt: this.#now() };
    await manager.insert(Account, account);
    await manager.insert(Identity, smsIdentity(account.id, phone, this.#phones, this.#now()));
    await manager.insert(RoleGrant, platformGrant(account.id, 'PATIENT', this.#now()));
    return account.id;
  }
}

/** The identity of a phone, its number readable only with the key. */
export function smsIdentity(
  accountId: string,
  phone: string,
  { index, cipher }: PhoneProtection,
  createdAt: Date,
  id: string = newId('idt'),
): Identity {
  return Object.assign(new Identity(), {
    id,
    accountId,
    kind: SMS,
    subjectIndex: index.of(phone),
    subject: cipher.encrypt(phone, { table: 'identity', column: 'subject', rowId: id }),
    createdAt,
  });
}
