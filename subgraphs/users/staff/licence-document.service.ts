import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher, Place } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { safeFileName } from '../../../shared/storage/file-name.ts';
import type { FileType } from '../../../shared/storage/file-type.ts';
import { assertAllowed } from '../../../shared/storage/inspect.ts';
import { lockAccount } from '../account/lock-account.ts';
import { LicenceDocument, LicenceDocumentStatus } from './licence-document.entity.ts';
import type { LicenceDocumentStore } from './licence-document.store.ts';
import type { RequestLicenceUploadInput } from './licence-document.types.ts';

const MOST = 20;
const TYPES: readonly FileType[] = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp'];
/** An upload that was announced longer ago has no address any more with which it could come, ms. */
const ANNOUNCED_MS = 10 * 60_000;

export interface LicenceDocumentParts {
  readonly db: Db;
  readonly documents: LicenceDocumentStore;
  readonly cipher: FieldCipher;
  readonly audit: Audit;
  readonly fingerprint: BlindIndex;
  readonly now: () => Date;
}

/** Announces the documents of applications; `LicenceDocumentFiles` moves their bytes. */
export class LicenceDocumentService {
  readonly #parts: LicenceDocumentParts;

  constructor(parts: LicenceDocumentParts) {
    this.#parts = parts;
  }

  /**
   * Announces a document; a retry with the same key answers with the same one.
   * @throws AppError FILE_TYPE_REFUSED, FILE_TOO_LARGE, TOO_MANY_DOCUMENTS, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED
   */
  async request(actor: Actor, input: RequestLicenceUploadInput): Promise<LicenceDocument> {
    const { db, documents, fingerprint, now } = this.#parts;
    if (!TYPES.some((each) => each === input.contentType)) {
      throw new AppError('FILE_TYPE_REFUSED', { allowed: TYPES.join(', ') });
    }
    const contentType = assertAllowed(input.contentType, input.size);
    const name = safeFileName(input.fileName, contentType);
    if (name === undefined) throw new AppError('VALIDATION_FAILED', { field: 'fileName', reason: '1 – 100' });
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'requestLicenceUpload', key: input.idempotencyKey, body, now: now() };
    return db.transaction(async (tx) => {
      const id = await once(tx, call, () =>
        this.#announce(tx, actor, { name, contentType, size: input.size }),
      );
      const found = await documents.lock(tx, id);
      if (found === null) throw new AppError('NOT_FOUND', { what: 'LicenceDocument' });
      return found;
    });
  }

  /** The name to show. @throws AppError DECRYPT_FAILED */
  nameOf(document: LicenceDocument): string {
    return this.#parts.cipher.decrypt(document.encryptedName, placeOf(document.id));
  }

  async #announce(
    tx: Tx,
    actor: Actor,
    { name, contentType, size }: { name: string; contentType: FileType; size: number },
  ): Promise<string> {
    const { documents, cipher, audit, now } = this.#parts;
    const requestedAt = now();
    const { id: accountId } = await lockAccount(tx, actorId(actor));
    const since = new Date(requestedAt.getTime() - ANNOUNCED_MS);
    if ((await documents.countLoose(tx, accountId, since)) >= MOST) {
      throw new AppError('TOO_MANY_DOCUMENTS', { limit: MOST });
    }
    const id = newId('ldc');
    const row = {
      id,
      accountId,
      licenceId: null,
      status: LicenceDocumentStatus.PENDING,
      encryptedName: cipher.encrypt(name, placeOf(id)),
      contentType,
      size,
      sha256: null,
      storedAs: null,
      fileKey: null,
      requestedAt,
      uploadedAt: null,
    };
    await documents.insert(tx, Object.assign(new LicenceDocument(), row));
    const subject = { subjectType: 'LicenceDocument', subjectId: id };
    await audit.record(tx, {
      actor,
      action: 'licence_document.announce',
      ...subject,
      detail: { contentType, size },
    });
    return id;
  }
}

function placeOf(rowId: string): Place {
  return { table: 'licence_document', column: 'file_name', rowId };
}
