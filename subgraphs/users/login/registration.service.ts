import { In } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import { platformGrant } from '../role/platform-grant.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import { Identity, SMS } from './identity.entity.ts';

export interface PhoneProtection {
  readonly index: BlindIndex;
  readonly cipher: FieldCipher;
}

/** Makes the account of a phone that has none yet. */
export class RegistrationService {
  readonly #phones: PhoneProtection;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(phones: PhoneProtection, audit: Audit, now: () => Date) {
    this.#phones = phones;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * The account of a phone, made with the role PATIENT when it is the first time. Two at once for one phone must be
   * kept apart by the caller.
   * @param phone E.164 @param by who has it made, if not the owner of the phone
   */
  async accountOf(tx: Tx, phone: string, by?: Actor): Promise<string> {
    const { manager } = tx;
    const subjectIndex = In(this.#phones.index.candidates(phone));
    const known = await manager.findOneBy(Identity, { kind: SMS, subjectIndex });
    if (known) return known.accountId;
    const now = this.#now();
    const account = { id: newId('acc'), displayName: `用户${phone.slice(-4)}`, createdAt: now };
    await manager.insert(Account, account);
    await manager.insert(Identity, smsIdentity(account.id, phone, this.#phones, now));
    await manager.insert(RoleGrant, platformGrant(account.id, 'PATIENT', now));
    const owner: Actor = { kind: 'account', accountId: account.id, sessionId: '', grants: [] };
    await this.#audit.record(tx, {
      actor: by ?? owner,
      action: 'account.register',
      subjectType: 'Account',
      subjectId: account.id,
    });
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
