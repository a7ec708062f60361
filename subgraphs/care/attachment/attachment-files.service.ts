import { createHash } from 'node:crypto';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { FileStore } from '../../../shared/storage/file-store.ts';
import type { FileMethod, FileUrls } from '../../../shared/storage/file-url.ts';
import { inspect } from '../../../shared/storage/inspect.ts';
import type { FileCall, FileService, ServedFile } from '../../../shared/subgraph/file-routes.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { partyOf } from '../consultation/party.ts';
import { type Attachment, AttachmentStatus } from './attachment.entity.ts';
import type { AttachmentService } from './attachment.service.ts';
import type { AttachmentStore } from './attachment.store.ts';

export interface FileParts {
  readonly db: Db;
  readonly attachments: AttachmentStore;
  readonly names: Pick<AttachmentService, 'nameOf'>;
  readonly consultations: ConsultationStore;
  readonly urls: FileUrls;
  readonly files: FileStore;
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
    const key = keyOf(attachment.id, sha256);
    await files.put(key, content, contentType);
    const winner = await this.#settle(call.actor, attachment.id, sha256);
    if (winner === sha256) return;
    await files.delete(key);
    throw new AppError('FILE_ALREADY_UPLOADED');
  }

  /**
   * The content for one of the two parties; that it was read is on record before it leaves.
   * @throws AppError UNAUTHENTICATED, BAD_ID, FILE_URL_INVALID, NOT_FOUND, UNAVAILABLE
   */
  async download(call: FileCall): Promise<ServedFile> {
    const { files, attachments, names, audit } = this.#parts;
    this.#admit('GET', call);
    const attachment = await attachments.find(call.id);
    if (!attachment?.sha256) throw missing();
    if (!(await this.#isParty(call.actor, attachment))) throw missing();
    await audit.read(call.actor, 'attachment.read', 'Attachment', [attachment.id]);
    const file = await files.get(keyOf(attachment.id, attachment.sha256));
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

  /** Makes a content the one of the attachment, unless there is one. @returns the hash of the one that it has */
  async #settle(actor: Actor, id: string, sha256: string): Promise<string> {
    const { db, attachments, audit, now } = this.#parts;
    return db.transaction(async (tx) => {
      const held = await attachments.lock(tx, id);
      if (!held) throw missing();
      if (held.sha256 !== null) return held.sha256;
      if (!(await attachments.markStored(tx, id, sha256, now()))) throw new AppError('CONFLICT_RETRY');
      const subject = { subjectType: 'Attachment', subjectId: id };
      await audit.record(tx, { actor, action: 'attachment.upload', ...subject, detail: { sha256 } });
      return sha256;
    });
  }
}

/** By its content, so that two uploads at the same moment never meet in one file. */
function keyOf(attachmentId: string, sha256: string): string {
  return `attachment/${attachmentId}/${sha256}`;
}

function assertSame(attachment: Attachment, sha256: string): void {
  if (attachment.sha256 !== sha256) throw new AppError('FILE_ALREADY_UPLOADED');
}

function missing(): AppError {
  return new AppError('NOT_FOUND', { what: 'Attachment' });
}
