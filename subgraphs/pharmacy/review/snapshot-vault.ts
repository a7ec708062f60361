import { createHash } from 'node:crypto';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import {
  type PrescriptionSnapshot,
  prescriptionSnapshot,
} from '../../../shared/events/prescription-snapshot.ts';
import { canonical } from '../../../shared/idempotency/once.ts';
import type { PrescriptionReview } from './prescription-review.entity.ts';
import type { SnapshotRow } from './prescription-snapshot.entity.ts';

const sheetPlace = (rowId: string) => ({ table: 'prescription_snapshot', column: 'payload', rowId });
const reviewPlace = (column: 'reason' | 'findings', rowId: string) => ({
  table: 'prescription_review',
  column,
  rowId,
});

/** The one place where sheets, reasons and findings are encrypted and read. */
export class SnapshotVault {
  readonly #cipher: FieldCipher;

  constructor(cipher: FieldCipher) {
    this.#cipher = cipher;
  }

  seal(rowId: string, sheet: PrescriptionSnapshot): string {
    return this.#cipher.encrypt(JSON.stringify(sheet), sheetPlace(rowId));
  }

  /** @throws AppError DECRYPT_FAILED for a row that was tampered with */
  open({ id, payload }: SnapshotRow): PrescriptionSnapshot {
    return prescriptionSnapshot.parse(JSON.parse(this.#cipher.decrypt(payload, sheetPlace(id))));
  }

  sealColumn(column: 'reason' | 'findings', reviewId: string, text: string): string {
    return this.#cipher.encrypt(text, reviewPlace(column, reviewId));
  }

  /** @throws AppError DECRYPT_FAILED */
  openColumn(column: 'reason' | 'findings', review: PrescriptionReview): string | null {
    const sealed = review[column];
    return sealed === null ? null : this.#cipher.decrypt(sealed, reviewPlace(column, review.id));
  }
}

/** SHA-256, hexadecimal, of the canonical JSON of everything but `hash` and `signature`: what the doctor signed. */
export function hashOf({ hash: _hash, signature: _signature, ...signed }: PrescriptionSnapshot): string {
  return createHash('sha256').update(canonical(signed)).digest('hex');
}
