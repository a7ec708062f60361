import { AppError } from '../../../shared/errors/app-error.ts';

/** Provinces, autonomous regions, municipalities and special regions (GB/T 2260-2007). */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(
    ' ',
  ),
);

/**
 * An area by GB/T 2260: two digits of province, two of city, two of district, `00` for the whole of what is above.
 * Districts come and go every year, so only the province is checked against a list.
 * @param field of the input, for the error. @throws AppError VALIDATION_FAILED
 */
export function parseAreaCode(text: string, field: string): string {
  const isCode = /^[0-9]{6}$/.test(text) && PROVINCES.has(text.slice(0, 2));
  if (isCode && !/^..00(?!00)/.test(text)) return text;
  throw new AppError('VALIDATION_FAILED', { field, reason: 'GB/T 2260' });
}

/** The digits that every area within this one begins with: `3301` for all of Hangzhou. */
export function areaPrefix(code: string): string {
  return code.replace(/(00){1,2}$/, '');
}
