import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { lockAccount } from '../account/lock-account.ts';
import type { Identity } from '../login/identity.entity.ts';
import { type IdentityProtection, IdentityStore } from './identity.store.ts';
import { isUnion, type Proof } from './proof.ts';

/** More than one person has phones and accounts elsewhere. */
const MOST = 10;

/** Whom a proof belongs to, and how it comes to belong to an account. All within the caller's transaction. */
export class IdentityLinking {
  readonly #store: IdentityStore;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(protection: IdentityProtection, audit: Audit, now: () => Date) {
    this.#store = new IdentityStore(protection);
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * The identity that a proof names; null when no account has it. What WeChat has newly told (an openid of a known
   * person, the unionid of a known openid) is kept with it.
   * @throws AppError IDENTITY_CONFLICT when openid and unionid belong to different people here
   */
  async resolve(tx: Tx, proof: Proof): Promise<Identity | null> {
    const seen = await this.#look(tx, proof);
    const identity = seen.byTerminal ?? seen.bySubject;
    if (identity === null || !this.#isNews(proof, seen)) return identity;
    // From here on it is changed, so nobody may unlink it meanwhile. What was seen before may be over, or half of it
    // from before another's link and half from after.
    await lockAccount(tx, identity.accountId);
    const held = await this.#look(tx, proof);
    this.#assertOnePerson(proof, held);
    const all = [held.byTerminal, held.bySubject].filter((each) => each !== null);
    if (all.length === 0 || all.some((each) => each.accountId !== identity.accountId)) {
      throw new AppError('CONFLICT_RETRY');
    }
    return this.#keep(tx, proof, held);
  }

  /**
   * Links a proof to an account; one that is linked already stays as it is.
   * @returns the identity @throws AppError IDENTITY_TAKEN, IDENTITY_CONFLICT, TOO_MANY_IDENTITIES
   */
  async link(tx: Tx, actor: Actor, accountId: string, proof: Proof): Promise<string> {
    await lockAccount(tx, accountId);
    const known = await this.resolve(tx, proof);
    if (known && known.accountId !== accountId) throw new AppError('IDENTITY_TAKEN');
    if (known) return known.id;
    if ((await this.#store.ofAccount(tx, accountId)).length >= MOST) {
      throw new AppError('TOO_MANY_IDENTITIES', { most: MOST });
    }
    const { id } = await this.#store.insert(tx, accountId, proof, this.#now());
    await this.#note(tx, actor, id, 'identity.link', { accountId, kind: proof.kind });
    return id;
  }

  /** Takes an identity from its account. @throws AppError NOT_FOUND, LAST_IDENTITY */
  async unlink(tx: Tx, actor: Actor, accountId: string, id: string): Promise<void> {
    await lockAccount(tx, accountId);
    const all = await this.#store.ofAccount(tx, accountId);
    const found = all.find((each) => each.id === id);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Identity' });
    if (all.length === 1) throw new AppError('LAST_IDENTITY');
    await this.#store.remove(tx, id);
    await this.#note(tx, actor, id, 'identity.unlink', { accountId, kind: found.kind });
  }

  async #look(tx: Tx, proof: Proof) {
    return {
      bySubject: await this.#store.findBySubject(tx, proof),
      byTerminal: await this.#store.findByTerminal(tx, proof),
    };
  }

  /** Whether WeChat tells something that is not kept yet. */
  #isNews({ subject, terminal }: Proof, { bySubject, byTerminal }: Seen): boolean {
    if (terminal === undefined) return false;
    if (byTerminal === null) return true;
    return isUnion(subject) && bySubject?.id !== byTerminal.id;
  }

  #assertOnePerson({ subject }: Proof, { bySubject, byTerminal }: Seen): void {
    if (byTerminal === null || bySubject?.id === byTerminal.id) return;
    const isOtherUnion = isUnion(subject) && isUnion(this.#store.subjectOf(byTerminal));
    if (isOtherUnion || (bySubject !== null && bySubject.accountId !== byTerminal.accountId)) {
      throw new AppError('IDENTITY_CONFLICT');
    }
  }

  async #keep(tx: Tx, proof: Proof, { bySubject, byTerminal }: Seen): Promise<Identity | null> {
    const { accountId = '', id = '' } = bySubject ?? byTerminal ?? {};
    const owner: Actor = { kind: 'account', accountId, sessionId: '', grants: [] };
    const note = (change: string) => this.#note(tx, owner, id, 'identity.change', { accountId, change });
    if (bySubject && byTerminal) {
      if (bySubject.id === byTerminal.id) return bySubject;
      await this.#store.absorb(tx, bySubject, byTerminal.id);
      await note('MERGED_WITHIN_ACCOUNT');
    } else if (bySubject) {
      await this.#store.addTerminal(tx, bySubject.id, proof, this.#now());
      await note('OPENID_ADDED');
    } else if (byTerminal && isUnion(proof.subject)) {
      await this.#store.rename(tx, byTerminal.id, proof);
      await note('UNIONID_TOLD');
    }
    return bySubject ?? byTerminal;
  }

  async #note(
    tx: Tx,
    actor: Actor,
    subjectId: string,
    action: string,
    detail: Record<string, string>,
  ): Promise<void> {
    await this.#audit.record(tx, { actor, action, subjectType: 'Identity', subjectId, detail });
  }
}

interface Seen {
  readonly bySubject: Identity | null;
  readonly byTerminal: Identity | null;
}
