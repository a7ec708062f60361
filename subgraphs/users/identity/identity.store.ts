import { In } from 'typeorm';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { Identity } from '../login/identity.entity.ts';
import { Session } from '../session/session.entity.ts';
import type { Proof } from './proof.ts';
import { WechatOpenid } from './wechat-openid.entity.ts';

export interface IdentityProtection {
  /** Of the subjects of every kind, and of openids. */
  readonly index: BlindIndex;
  readonly cipher: FieldCipher;
}

/** Rows of identities; their subjects are in clear on this side alone. */
export class IdentityStore {
  readonly #index: BlindIndex;
  readonly #cipher: FieldCipher;

  constructor({ index, cipher }: IdentityProtection) {
    this.#index = index;
    this.#cipher = cipher;
  }

  async findBySubject({ manager }: Tx, { kind, subject }: Proof): Promise<Identity | null> {
    return manager.findOneBy(Identity, { kind, subjectIndex: In(this.#index.candidates(subject)) });
  }

  /** The identity that knows an openid. */
  async findByTerminal({ manager }: Tx, { kind, terminal }: Proof): Promise<Identity | null> {
    if (terminal === undefined) return null;
    const row = await manager.findOneBy(WechatOpenid, { openidIndex: In(this.#index.candidates(terminal)) });
    return row && manager.findOneBy(Identity, { kind, id: row.identityId });
  }

  async ofAccount({ manager }: Tx, accountId: string): Promise<Identity[]> {
    return manager.find(Identity, { where: { accountId }, order: { id: 'ASC' } });
  }

  /** @throws AppError DECRYPT_FAILED */
  subjectOf({ id, subject }: Identity): string {
    return this.#cipher.decrypt(subject, subjectPlace(id));
  }

  /** @returns the identity as it is stored @throws the duplicate of the driver when the subject is known */
  async insert(
    tx: Tx,
    accountId: string,
    proof: Proof,
    createdAt: Date,
    id = newId('idt'),
  ): Promise<Identity> {
    const row = Object.assign(new Identity(), {
      id,
      accountId,
      kind: proof.kind,
      ...this.#sealed(id, proof.subject),
      createdAt,
    });
    await tx.manager.insert(Identity, row);
    await this.addTerminal(tx, id, proof, createdAt);
    return row;
  }

  async addTerminal(
    { manager }: Tx,
    identityId: string,
    { terminal }: Proof,
    createdAt: Date,
  ): Promise<void> {
    if (terminal === undefined) return;
    const id = newId('wop');
    await manager.insert(WechatOpenid, {
      id,
      identityId,
      openidIndex: this.#index.of(terminal),
      openid: this.#cipher.encrypt(terminal, { table: 'wechat_openid', column: 'openid', rowId: id }),
      createdAt,
    });
  }

  /** Names the same person otherwise. */
  async rename({ manager }: Tx, id: string, { subject }: Proof): Promise<void> {
    await manager.update(Identity, { id }, this.#sealed(id, subject));
  }

  /** Lets one identity have all openids and sessions of another of its account, which is gone then. */
  async absorb({ manager }: Tx, { id, accountId }: Identity, goneId: string): Promise<void> {
    await manager.update(WechatOpenid, { identityId: goneId }, { identityId: id });
    await manager.update(Session, { accountId, identityId: goneId }, { identityId: id });
    await manager.delete(Identity, { id: goneId });
  }

  /** Removes an identity with all its openids. */
  async remove({ manager }: Tx, id: string): Promise<void> {
    await manager.delete(WechatOpenid, { identityId: id });
    await manager.delete(Identity, { id });
  }

  #sealed(id: string, subject: string): Pick<Identity, 'subjectIndex' | 'subject'> {
    return {
      subjectIndex: this.#index.of(subject),
      subject: this.#cipher.encrypt(subject, subjectPlace(id)),
    };
  }
}

function subjectPlace(rowId: string) {
  return { table: 'identity', column: 'subject', rowId };
}
