import type { ValueTransformer } from 'typeorm';

/**
 * Carries a medical value to the text of a column and back. A column that is encrypted as well has its text sealed
 * by the store, which alone knows the row that the ciphertext is bound to.
 */
export interface TextTransformer<T> extends ValueTransformer {
  readonly to: (value: T | null) => string | null;
  /** @throws AppError VALIDATION_FAILED for text that `to` did not make */
  readonly from: (text: string | null) => T | null;
}

/** @param write the one canonical text of a value. @param read understands it again, and nothing else */
export function textTransformer<T>(
  write: (value: T) => string,
  read: (text: string) => T,
): TextTransformer<T> {
  return {
    to: (value) => (value === null ? null : write(value)),
    from: (text) => (text === null ? null : read(text)),
  };
}
