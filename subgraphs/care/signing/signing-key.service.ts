import { generateKeyPairSync } from 'node:crypto';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { attendsAt } from '../consultation/attends.ts';
import type { People } from '../external/users.client.ts';
import { seal } from './key-seal.ts';
import { ALGORITHM, type LocalSigner } from './local-signer.ts';
import { SigningKey } from './signing-key.entity.ts';
import type { SigningKeyStore } from './signing-key.store.ts';
import type {
  CreateSigningKeyInput,
  ReplaceSigningKeyInput,
  RetireSigningKeyInput,
} from './signing.inputs.ts';

export interface SigningKeyParts {
  readonly db: Db;
  readonly store: SigningKeyStore;
  readonly signer: LocalSigner;
  readonly people: Pick<People, 'doctorOfAccount'>;
  readonly audit: Audit;
  /** 32 bytes in hexadecimal. */
  readonly platformKey: string;
  readonly now: () => Date;
}

/** Makes, replaces and retires the doctors' key pairs. A retired key stays, to verify what it signed. */
export class SigningKeyService {
  readonly #db: Db;
  readonly #store: SigningKeyStore;
  readonly #signer: LocalSigner;
  readonly #people: Pick<People, 'doctorOfAccount'>;
  readonly #audit: Audit;
  readonly #make: (accountId: string, pin: string) => Promise<SigningKey>;
  readonly #now: () => Date;

  constructor({ db, store, signer, people, audit, platformKey, now }: SigningKeyParts) {
    this.#db = db;
    this.#store = store;
    this.#signer = signer;
    this.#people = people;
    this.#audit = audit;
    this.#make = (accountId, pin) => makeKey(accountId, pin, platformKey, now());
    this.#now = now;
  }

  /**
   * The first key of a doctor.
   * @throws AppError FORBIDDEN, VALIDATION_FAILED, SIGNING_KEY_EXISTS, IDEMPOTENCY_KEY_REUSED; UNAVAILABLE when users
   *   cannot tell where the doctor is licensed
   */
  async create(actor: Actor, { pin, idempotencyKey }: CreateSigningKeyInput): Promise<SigningKey> {
    const call = { actor, operation: 'createSigningKey', key: idempotencyKey, body: {}, now: this.#now() };
    const id = await unlessAnswered(this.#db, call, async () => {
      await this.#assertAttends(actor);
      const key = await this.#make(actorId(actor), checkedPin(pin));
      return this.#db.transaction((tx) => once(tx, call, () => this.#insert(tx, actor, key)));
    });
    return this.#get(id);
  }

  /**
   * A new key with a new PIN for who knows the PIN of the old one, which is retired.
   * @throws AppError FORBIDDEN, UNAVAILABLE, VALIDATION_FAILED, SIGNING_KEY_MISSING, SIGNING_PIN_WRONG, SIGNING_PIN_LOCKED,
   *   IDEMPOTENCY_KEY_REUSED
   */
  async replace(actor: Actor, input: ReplaceSigningKeyInput): Promise<SigningKey> {
    const { currentPin, newPin, idempotencyKey: key } = input;
    const call = { actor, operation: 'replaceSigningKey', key, body: {}, now: this.#now() };
    const id = await unlessAnswered(this.#db, call, async () => {
      await this.#assertAttends(actor);
      const next = await this.#make(actorId(actor), checkedPin(newPin));
      const unlocked = await this.#signer.unlock(actor, currentPin);
      unlocked.privateKey.fill(0);
      return this.#db.transaction((tx) =>
        once(tx, call, async () => {
          const old = await this.#store.lockActive(tx, actorId(actor));
          if (old?.id !== unlocked.key.id) throw new AppError('CONFLICT_RETRY');
          await this.#retire(tx, actor, old.id);
          return this.#insert(tx, actor, next);
        }),
      );
    });
    return this.#get(id);
  }

  /** For a doctor who lost the PIN or left: the key signs no more. @throws AppError BAD_ID, NOT_FOUND */
  async retire(actor: Actor, input: RetireSigningKeyInput): Promise<SigningKey> {
    const { keyId, idempotencyKey: key } = input;
    const call = { actor, operation: 'retireSigningKey', key, body: { keyId }, now: this.#now() };
    const known = await this.#get(parseId('sgk', keyId));
    await this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const active = await this.#store.lockActive(tx, known.accountId);
        if (active?.id === known.id) await this.#retire(tx, actor, known.id);
        return known.id;
      }),
    );
    return this.#get(known.id);
  }

  /** A key is of no hospital; who makes one attends where their licence is registered. */
  async #assertAttends(actor: Actor): Promise<void> {
    const doctor = await this.#people.doctorOfAccount(actorId(actor));
    if (!doctor || !attendsAt(actor, doctor)) throw new AppError('FORBIDDEN');
  }

  async #get(id: string): Promise<SigningKey> {
    const key = await this.#store.find(id);
    if (!key) throw new AppError('NOT_FOUND', { what: 'SigningKey' });
    return key;
  }

  async #insert(tx: Tx, actor: Actor, key: SigningKey): Promise<string> {
    await this.#store.insert(tx, key);
    const subject = { subjectType: 'SigningKey', subjectId: key.id };
    await this.#audit.record(tx, { actor, action: 'signing_key.create', ...subject });
    return key.id;
  }

  async #retire(tx: Tx, actor: Actor, id: string): Promise<void> {
    await this.#store.retire(tx, id, this.#now());
    const subject = { subjectType: 'SigningKey', subjectId: id };
    await this.#audit.record(tx, { actor, action: 'signing_key.retire', ...subject });
  }
}

function checkedPin(pin: string): string {
  if (/^[0-9]{6,12}$/.test(pin)) return pin;
  throw new AppError('VALIDATION_FAILED', { field: 'pin', reason: '6 – 12 digits' });
}

async function makeKey(
  accountId: string,
  pin: string,
  platformKey: string,
  createdAt: Date,
): Promise<SigningKey> {
  const id = newId('sgk');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const { salt, box } = await seal(privateKey, pin, platformKey, id);
  privateKey.fill(0);
  return Object.assign(new SigningKey(), {
    id,
    accountId,
    activeFor: accountId,
    algorithm: ALGORITHM,
    publicKey,
    salt,
    sealedKey: box,
    wrongTries: 0,
    lockedUntil: null,
    createdAt,
    retiredAt: null,
  });
}
