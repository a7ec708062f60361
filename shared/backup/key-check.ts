import { GENESIS, headMac } from '../audit/audit-chain.ts';
import type { SubgraphConfig } from '../config/config.ts';
import { FieldCipher } from '../crypto/field-cipher.ts';
import { type Manifest, refused } from './manifest.ts';

const TEXT = 'readable';
const placeOf = (rowId: string) => ({ table: 'backup', column: 'key_check', rowId });

/** What tells later whether somebody has the keys without which a backup can't be read: they are not part of it. */
export function makeKeyCheck({ name, fieldKeys, auditKey }: SubgraphConfig): Manifest['keyCheck'] {
  return {
    field: new FieldCipher(fieldKeys).encrypt(TEXT, placeOf(name)),
    audit: headMac(auditKey, GENESIS),
  };
}

/** @throws AppError RESTORE_REFUSED where the configured keys are others */
export function assertKeys({ name, fieldKeys, auditKey }: SubgraphConfig, check: Manifest['keyCheck']): void {
  try {
    new FieldCipher(fieldKeys).decrypt(check.field, placeOf(name));
  } catch {
    throw refused('FIELD_KEYS has not the key that its columns are encrypted with');
  }
  if (check.audit !== headMac(auditKey, GENESIS)) throw refused('AUDIT_KEY is not that of its audit chain');
}
