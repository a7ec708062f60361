import { createHash } from 'node:crypto';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { encryptOldFiles } from '../../../shared/storage/encrypt-old-files.ts';
import type { EncryptedFile, EncryptedFiles } from '../../../shared/storage/encrypted-files.ts';
import type { StoredFile } from '../../../shared/storage/file-store.ts';
import type { FileMethod, FileUrls } from '../../../shared/storage/file-url.ts';
import { inspect } from '../../../shared/storage/inspect.ts';
import type { FileCall, FileService, ServedFile } from '../../../shared/subgraph/file-routes.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { partyOf } from '../consultation/party.ts';
import { Attachment, AttachmentStatus } from './attachment.entity.ts';
import type { AttachmentService } from './attachment.service.ts';
import type { AttachmentStore } from './attachment.store.ts';

export interface FileParts {
  readonly db: Db;
  readonly attachments: AttachmentStore;
  readonly names: Pick<AttachmentService, 'nameOf'>;
  readonly consultations: ConsultationStore;
  readonly urls: FileUrls;
  readonly files: EncryptedFiles;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** Takes in and hands out the bytes of attachments. */
export class AttachmentFiles implements FileService {
  readonly #parts: FileParts;

  constructor(parts: FileParts) {
    this.#parts = parts;
  }

  /**
   * Keeps the content of an announced attachment. The same content again changes nothing.
   * @throws AppError UNAUTHENTICATED, BAD_ID, FILE_URL_INVALID, NOT_FOUND, FILE_CONTENT_MISMATCH, FILE_TOO_LARGE,
   *   FILE_ALREADY_UPLOADED, UNAVAILABLE
   */
  async upload(call: FileCall, read: (size: number) => Promise<Buffer>): Promise<void> {
    const { files, attachments } = this.#parts;
    const accountId = this.#admit('PUT', call);
    const attachment = await attachments.find(call.id);
    if (attachment?.accountId !== accountId || !(await this.#isParty(call.actor, attachment)))
      throw missing();
    const { contentType, size } = attachment;
    const content = inspect(contentType, size, await read(size));
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (attachment.status === AttachmentStatus.STORED) return assertSame(attachment, sha256);
    const file = await files.put(attachment.id, content);
    const winner = await this.#settle(call.actor, attachment.id, { ...file, sha256 });
    if (winner.storedAs === file.storedAs) return;
    await files.delete({ id: attachment.id, sha256, storedAs: file.storedAs });
    if (winner.sha256 !== sha256) throw new AppError('FILE_ALREADY_UPLOADED');
  }

  /**
   * The content for one of the two parties; that it was read is on record before it leaves.
   * @throws AppError UNAUTHENTICATED, BAD_ID, FILE_URL_INVALID, NOT_FOUND, UNAVAILABLE
   */
  async download(call: FileCall): Promise<ServedFile> {
    const { attachments, names, audit } = this.#parts;
    this.#admit('GET', call);
    const attachment = await attachments.find(call.id);
    if (!attachment?.sha256) throw missing();
    if (!(await this.#isParty(call.actor, attachment))) throw missing();
    await audit.read(call.actor, 'attachment.read', 'Attachment', [attachment.id]);
    const file = await this.#open(attachment);
    return { ...file, name: names.nameOf(attachment), type: attachment.contentType };
  }

  /** Asked when the bytes come or go, since an address outlives the right with which it was made. */
  async #isParty(actor: Actor, { consultationId }: Attachment): Promise<boolean> {
    const { consultations } = this.#parts;
    const [consultation] = await consultations.byId.read([consultationId]);
    if (!consultation) return false;
    const placeOf = async (id: string) => (await consultations.placesOf([id])).get(id) ?? null;
    return (await partyOf(consultation, actor, placeOf)) !== undefined;
  }

  /** @returns the account for which the address was made */
  #admit(method: FileMethod, { actor, id, query }: FileCall): string {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    this.#parts.urls.verify(method, parseId('att', id), actor.accountId, query);
    return actor.accountId;
  }

  /** Encrypts what an earlier release kept in clear. @returns how many files @throws AppError UNAVAILABLE */
  async encryptOld(): Promise<number> {
    return encryptOldFiles(this.#parts.db, this.#parts.files, Attachment);
  }

  /** It may be encrypted, and so be elsewhere, between the look at its row and that at the store. */
  async #open(attachment: Attachment): Promise<StoredFile> {
    const { files, attachments } = this.#parts;
    try {
      return await files.get(attachment);
    } catch (error) {
      const now = await attachments.find(attachment.id);
      if (now === null || now.storedAs === attachment.storedAs) throw error;
      return files.get(now);
    }
  }

  /** Makes a content the one of the attachment, unless there is one. @returns what it has then */
  async #settle(
    actor: Actor,
    id: string,
    content: EncryptedFile & { readonly sha256: string },
  ): Promise<Pick<Attachment, 'sha256' | 'storedAs'>> {
    const { db, attachments, audit, now } = this.#parts;
    return db.transaction(async (tx) => {
      const held = await attachments.lock(tx, id);
      if (!held) throw missing();
      if (held.sha256 !== null) return held;
      if (!(await attachments.markStored(tx, id, content, now()))) throw new AppError('CONFLICT_RETRY');
      const subject = { subjectType: 'Attachment', subjectId: id };
      const detail = { sha256: content.sha256 };
      await audit.record(tx, { actor, action: 'attachment.upload', ...subject, detail });
      return content;
    });
  }
}

function assertSame(attachment: Attachment, sha256: string): void {
  if (attachment.sha256 !== sha256) throw new AppError('FILE_ALREADY_UPLOADED');
}

function missing(): AppError {
  return new AppError('NOT_FOUND', { what: 'Attachment' });
}
