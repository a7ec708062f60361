import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { FieldCipher, Place } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { safeFileName } from '../../../shared/storage/file-name.ts';
import { assertAllowed } from '../../../shared/storage/inspect.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import { patientRefusal } from '../consultation/chat.service.ts';
import { partyIn } from '../consultation/party.ts';
import { ConsultationStatus } from '../consultation/consultation.entity.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { Attachment, AttachmentStatus } from './attachment.entity.ts';
import type { AttachmentStore } from './attachment.store.ts';
import type { RequestUploadInput } from './attachment.types.ts';

const MOST = 50;
/** An upload that was announced longer ago has no address any more with which it could come, ms. */
const ANNOUNCED_MS = 10 * 60_000;

export interface AttachmentParts {
  readonly db: Db;
  readonly attachments: AttachmentStore;
  readonly consultations: ConsultationStore;
  readonly consents: ConsentCheck;
  readonly cipher: FieldCipher;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** What became of the texts of an input. */
interface Checked extends Pick<Attachment, 'consultationId' | 'contentType'> {
  readonly name: string;
}

/** Announces the files of consultations; {@link AttachmentFiles} moves their bytes. */
export class AttachmentService {
  readonly #parts: AttachmentParts;

  constructor(parts: AttachmentParts) {
    this.#parts = parts;
  }

  /**
   * Announces a file; a retry with the same key answers with the same attachment.
   * @throws AppError BAD_ID, NOT_FOUND, CONSULTATION_CLOSED, FILE_TYPE_REFUSED, FILE_TOO_LARGE, TOO_MANY_ATTACHMENTS,
   *   VALIDATION_FAILED, CONSENT_NEEDED, UNAVAILABLE, IDEMPOTENCY_KEY_REUSED
   */
  async request(actor: Actor, input: RequestUploadInput): Promise<Attachment> {
    const { db, attachments, consultations, consents, now } = this.#parts;
    const consultationId = parseId('con', input.consultationId);
    const contentType = assertAllowed(input.contentType, input.size);
    const name = safeFileName(input.fileName, contentType);
    if (name === undefined) throw new AppError('VALIDATION_FAILED', { field: 'fileName', reason: '1 – 100' });
    const call = { actor, operation: 'requestUpload', key: input.idempotencyKey, body: input, now: now() };
    const refusal = await patientRefusal(consultations, consents, actor, consultationId);
    return db.transaction(async (tx) => {
      const id = await once(tx, call, () => {
        if (refusal !== undefined) throw refusal;
        return this.#announce(tx, actor, input, { consultationId, contentType, name });
      });
      const found = await attachments.lock(tx, id);
      if (found === null) throw new AppError('NOT_FOUND', { what: 'Attachment' });
      return found;
    });
  }

  /** The name to show. @throws AppError DECRYPT_FAILED */
  nameOf(attachment: Attachment): string {
    return this.#parts.cipher.decrypt(attachment.encryptedName, placeOf(attachment.id));
  }

  async #announce(
    tx: Tx,
    actor: Actor,
    { size, purpose }: RequestUploadInput,
    { consultationId, contentType, name }: Checked,
  ): Promise<string> {
    const { attachments, consultations, cipher, audit, now } = this.#parts;
    const consultation = await consultations.lock(tx, consultationId);
    const uploadedBy = consultation && (await partyIn(tx.manager, consultation, actor));
    if (!consultation || !uploadedBy || actor.kind !== 'account') {
      throw new AppError('NOT_FOUND', { what: 'Consultation' });
    }
    if (consultation.status !== ConsultationStatus.OPEN) throw new AppError('CONSULTATION_CLOSED');
    const requestedAt = now();
    const since = new Date(requestedAt.getTime() - ANNOUNCED_MS);
    if ((await attachments.countOf(tx, consultation.id, since)) >= MOST) {
      throw new AppError('TOO_MANY_ATTACHMENTS', { limit: MOST });
    }
    const id = newId('att');
    await attachments.insert(
      tx,
      Object.assign(new Attachment(), {
        id,
        consultationId: consultation.id,
        accountId: actor.accountId,
        uploadedBy,
        purpose,
        status: AttachmentStatus.PENDING,
        encryptedName: cipher.encrypt(name, placeOf(id)),
        contentType,
        size,
        sha256: null,
        storedAs: null,
        fileKey: null,
        requestedAt,
        uploadedAt: null,
      }),
    );
    const detail = { consultationId: consultation.id, contentType, size, purpose };
    const subject = { subjectType: 'Attachment', subjectId: id };
    await audit.record(tx, { actor, action: 'attachment.announce', ...subject, detail });
    return id;
  }
}

function placeOf(rowId: string): Place {
  return { table: 'attachment', column: 'file_name', rowId };
}
