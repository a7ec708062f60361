import { type EntityManager, In, IsNull, LessThan, LessThanOrEqual } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { Consent, ConsentDocument, type ConsentPurpose } from './consent.entity.ts';

/** Rows of consents and of the texts consented to. What decides is read from the primary. */
export class ConsentStore {
  readonly #db: Db;
  /** The consents of accounts that hold, to whatever version. */
  readonly holding: BatchRead<string, Consent[]>;

  constructor(db: Db) {
    this.#db = db;
    this.holding = {
      name: 'consent.holding',
      read: async (accountIds) => {
        const rows = await db.readPrimary((manager) => holdingOf(manager, accountIds));
        return accountIds.map((id) => rows.filter((row) => row.accountId === id));
      },
    };
  }

  /** The version of each text that counts at a time. */
  async current(manager: EntityManager, at: Date): Promise<Map<ConsentPurpose, ConsentDocument>> {
    const rows = await manager.find(ConsentDocument, {
      where: { effectiveFrom: LessThanOrEqual(at) },
      order: { version: 'ASC' },
    });
    return new Map(rows.map((row) => [row.purpose, row]));
  }

  /** As {@link current}, for reading alone. */
  async documents(at: Date): Promise<ConsentDocument[]> {
    const current = await this.#db.read((manager) => this.current(manager, at));
    return [...current.values()];
  }

  /** All versions of a text, the newest first, held until the end of the transaction. */
  async lockVersions({ manager }: Tx, purpose: ConsentPurpose): Promise<ConsentDocument[]> {
    return manager.find(ConsentDocument, {
      where: { purpose },
      order: { version: 'DESC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async findDocument(purpose: ConsentPurpose, version: number): Promise<ConsentDocument | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(ConsentDocument, { purpose, version }));
  }

  async publish({ manager }: Tx, document: ConsentDocument): Promise<void> {
    await manager.insert(ConsentDocument, document);
  }

  async insert({ manager }: Tx, consent: Consent): Promise<void> {
    await manager.insert(Consent, consent);
  }

  /** Those of one account that hold. */
  async holdingIn(manager: EntityManager, accountId: string): Promise<Consent[]> {
    return holdingOf(manager, [accountId]);
  }

  /** Ends those that hold. @param patientId empty for the consent that is for all patients @returns how many */
  async withdraw(
    { manager }: Tx,
    which: Pick<Consent, 'accountId' | 'purpose' | 'patientId'>,
    at: Date,
  ): Promise<number> {
    const { accountId, purpose, patientId } = which;
    const holding = { accountId, purpose, patientId, withdrawnAt: IsNull() };
    const { affected } = await manager.update(Consent, holding, { withdrawnAt: at });
    return affected ?? 0;
  }

  async find(id: string): Promise<Consent | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(Consent, { id }));
  }

  /** At most `limit`, the newest first, those before `before`. */
  async page(accountId: string, before: string | undefined, limit: number): Promise<Consent[]> {
    return this.#db.read((manager) =>
      manager.find(Consent, {
        where: { accountId, ...(before !== undefined && { id: LessThan(before) }) },
        order: { id: 'DESC' },
        take: limit,
      }),
    );
  }
}

async function holdingOf(manager: EntityManager, accountIds: readonly string[]): Promise<Consent[]> {
  return manager.findBy(Consent, { accountId: In([...accountIds]), withdrawnAt: IsNull() });
}
