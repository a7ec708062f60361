import { In } from 'typeorm';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { Identity } from '../login/identity.entity.ts';
import type { LoginCodeService } from '../login/login-code.service.ts';
import { registering } from '../login/registering.ts';
import type { SessionEndingService } from '../session/session-ending.service.ts';
import type { IdentityLinking } from './identity-linking.ts';
import { phoneProof, type Proof } from './proof.ts';

interface Linking {
  readonly actor: Actor;
  /** Name of the mutation. */
  readonly operation: string;
  readonly key: string;
  /** What makes it the same call, without what the person types and may mistype. */
  readonly body: object;
}

/** The ways to log in of an account: its owner adds and takes away. */
export class IdentityService {
  readonly #db: Db;
  readonly #linking: IdentityLinking;
  readonly #sessions: SessionEndingService;
  readonly #codes: LoginCodeService;
  readonly #fingerprint: BlindIndex;
  readonly #now: () => Date;
  readonly ofAccount: BatchRead<string, Identity[]>;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(
    db: Db,
    linking: IdentityLinking,
    sessions: SessionEndingService,
    codes: LoginCodeService,
    fingerprint: BlindIndex,
    now: () => Date,
  ) {
    this.#db = db;
    this.#linking = linking;
    this.#sessions = sessions;
    this.#codes = codes;
    this.#fingerprint = fingerprint;
    this.#now = now;
    this.ofAccount = {
      name: 'identity.ofAccount',
      read: async (accountIds) => {
        const rows = await db.read((manager) =>
          manager.find(Identity, { where: { accountId: In([...accountIds]) }, order: { id: 'ASC' } }),
        );
        return accountIds.map((accountId) => rows.filter((row) => row.accountId === accountId));
      },
    };
  }

  /** @param phone E.164 @returns the identity @throws AppError LOGIN_CODE_WRONG, and as `IdentityLinking.link` */
  async linkPhone(actor: Actor, phone: string, code: string, key: string): Promise<string> {
    const linking = { actor, operation: 'linkPhone', key, body: { phone } };
    const call = this.#callOf(linking);
    return unlessAnswered(this.#db, call, async () => {
      const id = await registering(this.#db, async (tx) => {
        if (!(await this.#codes.redeem(tx, phone, code))) return undefined;
        return once(tx, call, () => this.#link(tx, actor, phoneProof(phone)));
      });
      // Thrown outside, since the wrong try must be committed.
      if (id === undefined) throw new AppError('LOGIN_CODE_WRONG');
      return id;
    });
  }

  /**
   * Links what another party proves. It is asked before the transaction; a retry is answered without asking again.
   * @returns the identity @throws AppError as `prove` and `IdentityLinking.link`
   */
  async link(linking: Linking, prove: (accountId: string) => Promise<Proof>): Promise<string> {
    const { actor } = linking;
    const call = this.#callOf(linking);
    return unlessAnswered(this.#db, call, async () => {
      const proof = await prove(actorId(actor));
      return registering(this.#db, (tx) => once(tx, call, () => this.#link(tx, actor, proof)));
    });
  }

  /**
   * Takes a way to log in from the caller's account, and ends the sessions that began by it but the one of the call.
   * @throws AppError UNAUTHENTICATED, NOT_FOUND, LAST_IDENTITY
   */
  async unlink(actor: Actor, identityId: string, key: string): Promise<void> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const call = { actor, operation: 'unlinkIdentity', key, body: { identityId }, now: this.#now() };
    await this.#db.transaction((tx) =>
      once(tx, call, async () => {
        await this.#linking.unlink(tx, actor, actor.accountId, identityId);
        await this.#sessions.endBegunBy(tx, actor, identityId);
        return identityId;
      }),
    );
  }

  /** @throws AppError NOT_FOUND */
  async get(actor: Actor, id: string): Promise<Identity> {
    const found = await this.#db.read((manager) =>
      manager.findOneBy(Identity, { id, accountId: actorId(actor) }),
    );
    if (!found) throw new AppError('NOT_FOUND', { what: 'Identity' });
    return found;
  }

  #link(tx: Tx, actor: Actor, proof: Proof): Promise<string> {
    return this.#linking.link(tx, actor, actorId(actor), proof);
  }

  #callOf({ actor, operation, key, body }: Linking) {
    const fingerprint = this.#fingerprint.of(canonical(body));
    return { actor, operation, key, body: { fingerprint }, now: this.#now() };
  }
}
