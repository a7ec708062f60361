import type { SealedColumn } from '../../../shared/crypto/sealed-column.ts';
import { payloadColumn } from '../../../shared/outbox/outbox.ts';

/** Every encrypted column of care; what is not here stays under an old key for ever. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'appointment', column: 'reason', key: ['id'] },
  { table: 'appointment', column: 'earlier_diagnosis', key: ['id'], boundAs: 'earlierDiagnosis' },
  { table: 'appointment', column: 'cancel_reason', key: ['id'], boundAs: 'cancelReason' },
  { table: 'chat_message', column: 'body', key: ['id'] },
  { table: 'attachment', column: 'file_name', key: ['id'] },
  { table: 'attachment', column: 'file_key', key: ['id'] },
  { table: 'medical_record', column: 'draft', key: ['id'] },
  { table: 'prescription', column: 'draft', key: ['id'] },
  // The text of a signed document, and so its signature, stays what it is.
  { table: 'medical_record_version', column: 'content', key: ['id'], isAppendOnly: true },
  { table: 'prescription_sheet', column: 'content', key: ['prescription_id'], isAppendOnly: true },
  payloadColumn,
];
