import { In } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { isDuplicate } from '../../../shared/db/db-errors.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { SigningKey } from './signing-key.entity.ts';

export class SigningKeyStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, SigningKey>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'signingKey.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(SigningKey, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** From the primary: a key that was made or retired just now counts. */
  async find(id: string): Promise<SigningKey | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(SigningKey, { id }));
  }

  async findActive(accountId: string): Promise<SigningKey | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(SigningKey, { activeFor: accountId }));
  }

  /** The key in use, held: two tries at once are one after the other. */
  async lockActive({ manager }: Tx, accountId: string): Promise<SigningKey | null> {
    return manager.findOne(SigningKey, {
      where: { activeFor: accountId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** @throws AppError SIGNING_KEY_EXISTS, also for one that another call makes at this moment */
  async insert({ manager }: Tx, key: SigningKey): Promise<void> {
    try {
      await manager.insert(SigningKey, key);
    } catch (error) {
      throw isDuplicate(error) ? new AppError('SIGNING_KEY_EXISTS', {}, { cause: error }) : error;
    }
  }

  async setTries({ manager }: Tx, id: string, wrongTries: number, lockedUntil: Date | null): Promise<void> {
    await manager.update(SigningKey, { id }, { wrongTries, lockedUntil });
  }

  async retire({ manager }: Tx, id: string, at: Date): Promise<void> {
    await manager.update(SigningKey, { id }, { activeFor: null, retiredAt: at });
  }
}
