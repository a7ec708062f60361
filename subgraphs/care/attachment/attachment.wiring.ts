import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { FileUrls } from '../../../shared/storage/file-url.ts';
import { EncryptedFiles } from '../../../shared/storage/encrypted-files.ts';
import { fileStoreOf, type StorageValues } from '../../../shared/storage/storage-config.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { AttachmentFiles } from './attachment-files.service.ts';
import { AttachmentService } from './attachment.service.ts';
import { AttachmentStore } from './attachment.store.ts';

export interface AttachmentServices {
  readonly attachmentStore: AttachmentStore;
  readonly attachments: AttachmentService;
  readonly attachmentFiles: AttachmentFiles;
  readonly fileUrls: FileUrls;
}

/** @param consultations the store that the other features use too. */
export function wireAttachments(
  { db, cipher, audit, now }: Foundation,
  consultations: ConsultationStore,
  consents: ConsentCheck,
  storage: StorageValues,
): AttachmentServices {
  const attachmentStore = new AttachmentStore(db);
  const fileUrls = new FileUrls(storage.FILE_URL_KEY, now);
  const files = new EncryptedFiles(fileStoreOf(storage), cipher, 'attachment', 'attachment');
  const parts = { db, attachments: attachmentStore, consultations, audit, now };
  const attachments = new AttachmentService({ ...parts, consents, cipher });
  return {
    attachmentStore,
    attachments,
    attachmentFiles: new AttachmentFiles({ ...parts, names: attachments, urls: fileUrls, files }),
    fileUrls,
  };
}
