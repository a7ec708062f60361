import type { SealedColumn } from '../../../shared/crypto/sealed-column.ts';
import { payloadColumn } from '../../../shared/outbox/outbox.ts';

/** Every encrypted column of pharmacy; what is not here stays under an old key for ever. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'prescription_snapshot', column: 'payload', key: ['id'] },
  { table: 'prescription_review', column: 'reason', key: ['id'] },
  { table: 'prescription_review', column: 'findings', key: ['id'] },
  { table: 'insurance_settlement', column: 'person_no', key: ['id'] },
  payloadColumn,
];
