import { createHash } from 'node:crypto';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, holds } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { FileStore } from '../../../shared/storage/file-store.ts';
import type { FileMethod, FileUrls } from '../../../shared/storage/file-url.ts';
import { inspect } from '../../../shared/storage/inspect.ts';
import type { FileCall, FileService, ServedFile } from '../../../shared/subgraph/file-routes.ts';
import { placeOfInstitution } from '../role/scope.ts';
import { type LicenceDocument, LicenceDocumentStatus } from './licence-document.entity.ts';
import type { LicenceDocumentService } from './licence-document.service.ts';
import type { LicenceDocumentStore } from './licence-document.store.ts';
import type { LicenceStore } from './licence.store.ts';

export interface LicenceFileParts {
  readonly db: Db;
  readonly documents: LicenceDocumentStore;
  readonly licences: LicenceStore;
  readonly names: Pick<LicenceDocumentService, 'nameOf'>;
  readonly urls: FileUrls;
  readonly files: FileStore;
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
    const key = licenceFileKey(document.id, sha256);
    await files.put(key, content, contentType);
    const winner = await this.#settle(call.actor, document.id, sha256);
    if (winner === sha256) return;
    await files.delete(key);
    throw new AppError('FILE_ALREADY_UPLOADED');
  }

  /**
   * The content for its owner or who reviews the licence; that it was read is on record before it leaves.
   * @throws AppError UNAUTHENTICATED, BAD_ID, FILE_URL_INVALID, NOT_FOUND, UNAVAILABLE
   */
  async download(call: FileCall): Promise<ServedFile> {
    const { files, documents, names, audit } = this.#parts;
    const accountId = this.#admit('GET', call);
    const document = await documents.find(call.id);
    if (!document?.sha256) throw missing();
    const mayRead = document.accountId === accountId || (await this.#isReviewer(call.actor, document));
    if (!mayRead) throw missing();
    await audit.read(call.actor, 'licence_document.read', 'LicenceDocument', [document.id]);
    const file = await files.get(licenceFileKey(document.id, document.sha256));
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

  /** Makes a content the one of the document, unless there is one. @returns the hash of the one that it has */
  async #settle(actor: Actor, id: string, sha256: string): Promise<string> {
    const { db, documents, audit, now } = this.#parts;
    return db.transaction(async (tx) => {
      const held = await documents.lock(tx, id);
      if (!held) throw missing();
      if (held.sha256 !== null) return held.sha256;
      if (!(await documents.markStored(tx, id, sha256, now()))) throw new AppError('CONFLICT_RETRY');
      const subject = { subjectType: 'LicenceDocument', subjectId: id };
      await audit.record(tx, { actor, action: 'licence_document.upload', ...subject, detail: { sha256 } });
      return sha256;
    });
  }
}

/** By its content, so that two uploads at the same moment never meet in one file. */
export function licenceFileKey(documentId: string, sha256: string): string {
  return `licence-document/${documentId}/${sha256}`;
}

function missing(): AppError {
  return new AppError('NOT_FOUND', { what: 'LicenceDocument' });
}
