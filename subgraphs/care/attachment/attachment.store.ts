import { In, MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import type { EncryptedFile } from '../../../shared/storage/encrypted-files.ts';
import { Attachment, AttachmentStatus } from './attachment.entity.ts';

export class AttachmentStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Attachment>;
  /** Those that are stored, the oldest first. */
  readonly ofConsultation: BatchRead<string, Attachment[]>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'attachment.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Attachment, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.ofConsultation = {
      name: 'attachment.ofConsultation',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(Attachment, {
            where: { consultationId: In([...ids]), status: AttachmentStatus.STORED },
            order: { id: 'ASC' },
          }),
        );
        const grouped = new Map(ids.map((id): [string, Attachment[]] => [id, []]));
        for (const row of rows) grouped.get(row.consultationId)?.push(row);
        return ids.map((id) => grouped.get(id) ?? null);
      },
    };
  }

  /** As it is now: the other party may ask for what was uploaded a moment ago. */
  async find(id: string): Promise<Attachment | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(Attachment, { id }));
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, id: string): Promise<Attachment | null> {
    return manager.findOne(Attachment, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async insert({ manager }: Tx, attachment: Attachment): Promise<void> {
    await manager.insert(Attachment, attachment);
  }

  /** How many are stored, or announced since a time. */
  async countOf({ manager }: Tx, consultationId: string, announcedSince: Date): Promise<number> {
    return manager.count(Attachment, {
      where: [
        { consultationId, status: AttachmentStatus.STORED },
        { consultationId, status: AttachmentStatus.PENDING, requestedAt: MoreThan(announcedSince) },
      ],
    });
  }

  /** The one change in the life of an attachment. @returns false when it has happened before */
  async markStored(
    { manager }: Tx,
    id: string,
    content: EncryptedFile & { readonly sha256: string },
    at: Date,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      Attachment,
      { id, status: AttachmentStatus.PENDING },
      { ...content, status: AttachmentStatus.STORED, uploadedAt: at },
    );
    return affected === 1;
  }
}
