import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { DocumentSigner, SignatureOf } from './document-signer.ts';
import { unseal } from './key-seal.ts';
import type { SigningKey } from './signing-key.entity.ts';
import type { SigningKeyStore } from './signing-key.store.ts';

const WRONG_TRIES = 5;
const LOCK_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const KNOWN_KEYS = 1000;

export const ALGORITHM = 'Ed25519';

type Unlocked = { readonly key: SigningKey; readonly privateKey: Buffer } | { readonly refusal: AppError };

/** Signs with the key pair that the platform keeps for the doctor, opened by the doctor's PIN for one signature. */
export class LocalSigner implements DocumentSigner {
  readonly #db: Db;
  readonly #store: SigningKeyStore;
  readonly #audit: Audit;
  readonly #platformKey: string;
  readonly #now: () => Date;
  readonly #known = new Map<string, KeyObject>();

  /** @param platformKey 32 bytes in hexadecimal, kept apart from the database. */
  constructor(db: Db, store: SigningKeyStore, audit: Audit, platformKey: string, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#audit = audit;
    this.#platformKey = platformKey;
    this.#now = now;
  }

  async sign(actor: Actor, pin: string, hash: string): Promise<SignatureOf> {
    const { key, privateKey } = await this.unlock(actor, pin);
    const value = sign(null, Buffer.from(hash, 'hex'), privateKeyOf(privateKey));
    privateKey.fill(0);
    return { algorithm: ALGORITHM, keyId: key.id, value: value.toString('base64') };
  }

  async verify({ algorithm, keyId, value }: SignatureOf, hash: string): Promise<boolean> {
    const key = algorithm === ALGORITHM && (await this.#publicKey(keyId));
    return key ? verify(null, Buffer.from(hash, 'hex'), key, Buffer.from(value, 'base64')) : false;
  }

  /** A public key never changes, so it is asked for once. */
  async #publicKey(id: string): Promise<KeyObject | undefined> {
    const known = this.#known.get(id) ?? (await this.#store.find(id))?.publicKey;
    if (known === undefined) return undefined;
    const key = typeof known === 'string' ? createPublicKey(known) : known;
    if (this.#known.size >= KNOWN_KEYS) this.#known.clear();
    this.#known.set(id, key);
    return key;
  }

  /**
   * The caller's key in use, opened. A wrong PIN counts even though the call fails, one try after the other, so that
   * many at once are not more than five.
   * @throws AppError SIGNING_KEY_MISSING, SIGNING_PIN_WRONG, SIGNING_PIN_LOCKED
   */
  async unlock(actor: Actor, pin: string): Promise<{ key: SigningKey; privateKey: Buffer }> {
    const outcome = await this.#db.transaction<Unlocked>(async (tx) => {
      const key = await this.#store.lockActive(tx, actorId(actor));
      if (!key) return { refusal: new AppError('SIGNING_KEY_MISSING') };
      const now = this.#now();
      if (key.lockedUntil !== null && key.lockedUntil > now) return { refusal: locked(key.lockedUntil, now) };
      const sealed = { salt: key.salt, box: key.sealedKey };
      const privateKey = await unseal(sealed, pin, this.#platformKey, key.id);
      if (privateKey !== undefined) {
        if (key.wrongTries > 0 || key.lockedUntil !== null) await this.#store.setTries(tx, key.id, 0, null);
        return { key, privateKey };
      }
      const tries = key.wrongTries + 1;
      const isLocked = tries >= WRONG_TRIES;
      await this.#store.setTries(
        tx,
        key.id,
        isLocked ? 0 : tries,
        isLocked ? new Date(now.getTime() + LOCK_MS) : null,
      );
      await this.#audit.record(tx, {
        actor,
        action: isLocked ? 'signing_key.lock' : 'signing_key.wrong_pin',
        subjectType: 'SigningKey',
        subjectId: key.id,
      });
      return { refusal: new AppError('SIGNING_PIN_WRONG', { left: WRONG_TRIES - tries }) };
    });
    // Thrown outside, since the count must be committed.
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome;
  }
}

function privateKeyOf(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function locked(until: Date, now: Date): AppError {
  const minutes = Math.ceil((until.getTime() - now.getTime()) / MINUTE_MS);
  return new AppError('SIGNING_PIN_LOCKED', { minutes });
}
