import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { SealedColumn } from '../../../shared/crypto/sealed-column.ts';
import type { SubgraphConfig } from '../../../shared/config/config.ts';
import { nameKey } from '../patient/name-key.ts';
import { payloadColumn } from '../../../shared/outbox/outbox.ts';

const ID = ['id'] as const;
/** Their entries are sealed whole; a version of an archive by the identifier beside its primary key. */
const ARCHIVES = [
  'health_archive',
  'allergy',
  'medical_condition',
  'current_medication',
  'surgery',
  'family_history',
  'immunisation',
];

/**
 * Every encrypted column of users, each with its blind index. What is not here would stay under an old key for ever,
 * be left out of exports, and be missed by the tests of erasure.
 */
export function sealedColumns({ blindIndexKey }: Pick<SubgraphConfig, 'blindIndexKey'>): SealedColumn[] {
  const phones = new BlindIndex(blindIndexKey, 'phone');
  const numbers = new BlindIndex(blindIndexKey, 'identity-number');
  const names = new BlindIndex(blindIndexKey, 'patient-name');
  const licences = new BlindIndex(blindIndexKey, 'licence-number');
  return [
    {
      table: 'identity',
      column: 'subject',
      key: ['id'],
      index: { column: 'subject_index', of: (plain) => phones.of(plain) },
    },
    {
      table: 'wechat_openid',
      column: 'openid',
      key: ['id'],
      index: { column: 'openid_index', of: (plain) => phones.of(plain) },
    },
    { table: 'login_state', column: 'secrets', key: ['id'] },
    {
      table: 'patient',
      column: 'name',
      key: ['id'],
      index: { column: 'name_index', of: (plain) => names.of(nameKey(plain)) },
    },
    {
      table: 'patient',
      column: 'identity_number',
      key: ['id'],
      index: { column: 'identity_index', of: (plain) => numbers.of(plain) },
    },
    {
      table: 'patient',
      column: 'phone',
      key: ['id'],
      index: { column: 'phone_index', of: (plain) => phones.of(plain) },
    },
    { table: 'patient_version', column: 'data', key: ['id'] },
    ...['patient_share', 'patient_transfer'].map((table) => ({
      table,
      column: 'to_phone',
      key: ID,
      index: { column: 'to_index', of: (plain: string) => phones.of(plain) },
    })),
    { table: 'allergy', column: 'reaction', key: ['id'] },
    ...ARCHIVES.map((table) => ({ table, column: 'content', key: ID })),
    { table: 'observation', column: 'value', key: ['id'] },
    { table: 'observation', column: 'as_entered', key: ['id'] },
    { table: 'observation', column: 'note', key: ['id'] },
    { table: 'reminder', column: 'title', key: ['id'] },
    { table: 'reminder', column: 'note', key: ['id'] },
    { table: 'follow_up_plan', column: 'title', key: ['id'] },
    { table: 'follow_up_item', column: 'text', key: ['id'] },
    { table: 'session', column: 'ip', key: ['id'] },
    { table: 'second_factor', column: 'secret', key: ['account_id'] },
    { table: 'second_factor', column: 'pending_secret', key: ['account_id'] },
    { table: 'account', column: 'status_reason', key: ['id'] },
    { table: 'staff_licence', column: 'name', key: ['id'] },
    {
      table: 'staff_licence',
      column: 'licence_number',
      key: ['id'],
      index: { column: 'licence_index', of: (plain) => licences.of(plain) },
    },
    { table: 'staff_licence', column: 'qualification_number', key: ['id'] },
    { table: 'staff_licence', column: 'reason', key: ['id'] },
    { table: 'licence_document', column: 'file_name', key: ['id'] },
    { table: 'licence_document', column: 'file_key', key: ['id'] },
    { table: 'data_export', column: 'document_key', key: ['id'] },
    payloadColumn,
  ];
}
