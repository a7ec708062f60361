import { In, IsNull, MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { EncryptedFile } from '../../../shared/storage/encrypted-files.ts';
import { LicenceDocument, LicenceDocumentStatus } from './licence-document.entity.ts';

export class LicenceDocumentStore {
  readonly #db: Db;
  /** Those that were handed in with a licence, the oldest first. */
  readonly ofLicence: BatchRead<string, LicenceDocument[]>;

  constructor(db: Db) {
    this.#db = db;
    this.ofLicence = {
      name: 'licenceDocument.ofLicence',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(LicenceDocument, { where: { licenceId: In([...ids]) }, order: { id: 'ASC' } }),
        );
        return ids.map((id) => rows.filter((row) => row.licenceId === id));
      },
    };
  }

  /** As it is now: what was uploaded a moment ago may be asked for. */
  async find(id: string): Promise<LicenceDocument | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(LicenceDocument, { id }));
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, id: string): Promise<LicenceDocument | null> {
    return manager.findOne(LicenceDocument, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async insert({ manager }: Tx, document: LicenceDocument): Promise<void> {
    await manager.insert(LicenceDocument, document);
  }

  /** How many of an account belong to no licence: stored, or announced since a time. */
  async countLoose({ manager }: Tx, accountId: string, announcedSince: Date): Promise<number> {
    const loose = { accountId, licenceId: IsNull() };
    return manager.count(LicenceDocument, {
      where: [
        { ...loose, status: LicenceDocumentStatus.STORED },
        { ...loose, status: LicenceDocumentStatus.PENDING, requestedAt: MoreThan(announcedSince) },
      ],
    });
  }

  /** The one change of the content. @returns false when it has happened before */
  async markStored(
    { manager }: Tx,
    id: string,
    content: EncryptedFile & { readonly sha256: string },
    at: Date,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      LicenceDocument,
      { id, status: LicenceDocumentStatus.PENDING },
      { ...content, status: LicenceDocumentStatus.STORED, uploadedAt: at },
    );
    return affected === 1;
  }

  /**
   * Hands documents in with a licence: stored ones of the account that belong to no other one.
   * @returns false when one of them is none of these
   */
  async attach(
    { manager }: Tx,
    accountId: string,
    licenceId: string,
    ids: readonly string[],
  ): Promise<boolean> {
    const own = { id: In([...ids]), accountId, status: LicenceDocumentStatus.STORED };
    const fitting = await manager.find(LicenceDocument, {
      where: [
        { ...own, licenceId: IsNull() },
        { ...own, licenceId },
      ],
      lock: { mode: 'pessimistic_write' },
    });
    if (fitting.length !== ids.length) return false;
    await manager.update(LicenceDocument, { id: In([...ids]) }, { licenceId });
    return true;
  }
}
