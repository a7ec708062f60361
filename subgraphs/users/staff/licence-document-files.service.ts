import { createHash } from 'node:crypto';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, holds } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { encryptOldFiles } from '../../../shared/storage/encrypt-old-files.ts';
import type { EncryptedFile, EncryptedFiles } from '../../../shared/storage/encrypted-files.ts';
import type { StoredFile } from '../../../shared/storage/file-store.ts';
import type { FileMethod, FileUrls } from '../../../shared/storage/file-url.ts';
import { inspect } from '../../../shared/storage/inspect.ts';
import type { FileCall, FileService, ServedFile } from '../../../shared/subgraph/file-routes.ts';
import { placeOfInstitution } from '../role/scope.ts';
import { LicenceDocument, LicenceDocumentStatus } from './licence-document.entity.ts';
import type { LicenceDocumentService } from './licence-document.service.ts';
import type { LicenceDocumentStore } from './licence-document.store.ts';
import type { LicenceStore } from './licence.store.ts';

export interface LicenceFileParts {
  readonly db: Db;
  readonly documents: LicenceDocumentStore;
  readonly licences: LicenceStore;
  readonly names: Pick<LicenceDocumentService, 'nameOf'>;
  readonly urls: FileUrls;
  readonly files: EncryptedFiles;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** Takes in and hands out the bytes of the documents of licences. */
export class LicenceDocumentFiles implements FileService {
  readonly #parts: LicenceFileParts;

  constructor(parts: LicenceFileParts) {
    this.#parts = parts;
  }

  /**
   * Keeps the content of an announced document. The same content again changes nothing.
   * @throws AppError UNAUTHENTICATED, BAD_ID, FILE_URL_INVALID, NOT_FOUND, FILE_CONTENT_MISMATCH, FILE_TOO_LARGE,
   *   FILE_ALREADY_UPLOADED, UNAVAILABLE
   */
  async upload(call: FileCall, read: (size: number) => Promise<Buffer>): Promise<void> {
    const { files, documents } = this.#parts;
    const accountId = this.#admit('PUT', call);
    const document = await documents.find(call.id);
    if (document?.accountId !== accountId) throw missing();
    const { contentType, size } = document;
    const content = inspect(contentType, size, await read(size));
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (document.status === LicenceDocumentStatus.STORED) {
      if (document.sha256 !== sha256) throw new AppError('FILE_ALREADY_UPLOADED');
      return;
    }
    const file = await files.put(document.id, content);
    const winner = await this.#settle(call.actor, document.id, { ...file, sha256 });
    if (winner.storedAs === file.storedAs) return;
    await files.delete({ id: document.id, sha256, storedAs: file.storedAs });
    if (winner.sha256 !== sha256) throw new AppError('FILE_ALREADY_UPLOADED');
  }

  /**
   * The content for its owner or who reviews the licence; that it was read is on record before it leaves.
   * @throws AppError UNAUTHENTICATED, BAD_ID, FILE_URL_INVALID, NOT_FOUND, UNAVAILABLE
   */
  async download(call: FileCall): Promise<ServedFile> {
    const { documents, names, audit } = this.#parts;
    const accountId = this.#admit('GET', call);
    const document = await documents.find(call.id);
    if (!document?.sha256) throw missing();
    const mayRead = document.accountId === accountId || (await this.#isReviewer(call.actor, document));
    if (!mayRead) throw missing();
    await audit.read(call.actor, 'licence_document.read', 'LicenceDocument', [document.id]);
    const file = await this.#open(document);
    return { ...file, name: names.nameOf(document), type: document.contentType };
  }

  async #isReviewer(actor: Actor, { licenceId }: LicenceDocument): Promise<boolean> {
    const [licence] = licenceId === null ? [] : await this.#parts.licences.byId.read([licenceId]);
    return licence != null && holds(actor, 'staff.license', placeOfInstitution(licence.institutionId));
  }

  /** @returns the account for which the address was made */
  #admit(method: FileMethod, { actor, id, query }: FileCall): string {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    this.#parts.urls.verify(method, parseId('ldc', id), actor.accountId, query);
    return actor.accountId;
  }

  /** Encrypts what an earlier release kept in clear. @returns how many files @throws AppError UNAVAILABLE */
  async encryptOld(): Promise<number> {
    return encryptOldFiles(this.#parts.db, this.#parts.files, LicenceDocument);
  }

  /** It may be encrypted, and so be elsewhere, between the look at its row and that at the store. */
  async #open(document: LicenceDocument): Promise<StoredFile> {
    const { files, documents } = this.#parts;
    try {
      return await files.get(document);
    } catch (error) {
      const now = await documents.find(document.id);
      if (now === null || now.storedAs === document.storedAs) throw error;
      return files.get(now);
    }
  }

  /** Makes a content the one of the document, unless there is one. @returns what it has then */
  async #settle(
    actor: Actor,
    id: string,
    content: EncryptedFile & { readonly sha256: string },
  ): Promise<Pick<LicenceDocument, 'sha256' | 'storedAs'>> {
    const { db, documents, audit, now } = this.#parts;
    return db.transaction(async (tx) => {
      const held = await documents.lock(tx, id);
      if (!held) throw missing();
      if (held.sha256 !== null) return held;
      if (!(await documents.markStored(tx, id, content, now()))) throw new AppError('CONFLICT_RETRY');
      const subject = { subjectType: 'LicenceDocument', subjectId: id };
      const detail = { sha256: content.sha256 };
      await audit.record(tx, { actor, action: 'licence_document.upload', ...subject, detail });
      return content;
    });
  }
}

/** Where the store has the files of licences. */
export const LICENCE_FOLDER = 'licence-document';

function missing(): AppError {
  return new AppError('NOT_FOUND', { what: 'LicenceDocument' });
}
