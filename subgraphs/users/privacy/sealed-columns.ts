import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { SealedColumn } from '../../../shared/crypto/sealed-column.ts';
import type { SubgraphConfig } from '../../../shared/config/config.ts';
import { payloadColumn } from '../../../shared/outbox/outbox.ts';

/**
 * Every encrypted column of users, each with its blind index. What is not here would stay under an old key for ever,
 * be left out of exports, and be missed by the tests of erasure.
 */
export function sealedColumns({ blindIndexKey }: Pick<SubgraphConfig, 'blindIndexKey'>): SealedColumn[] {
  const phones = new BlindIndex(blindIndexKey, 'phone');
  const numbers = new BlindIndex(blindIndexKey, 'identity-number');
  return [
    {
      table: 'identity',
      column: 'subject',
      key: ['id'],
      index: { column: 'subject_index', of: (plain) => phones.of(plain) },
    },
    { table: 'patient', column: 'name', key: ['id'] },
    {
      table: 'patient',
      column: 'identity_number',
      key: ['id'],
      index: { column: 'identity_index', of: (plain) => numbers.of(plain) },
    },
    { table: 'patient', column: 'phone', key: ['id'] },
    { table: 'allergy', column: 'reaction', key: ['id'] },
    { table: 'data_export', column: 'document_key', key: ['id'] },
    payloadColumn,
  ];
}
