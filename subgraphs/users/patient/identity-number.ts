import { AppError } from '../../../shared/errors/app-error.ts';
import { Sex } from './patient.entity.ts';

export interface IdentityNumber {
  /** 18 characters, the last one a digit or `X`. */
  readonly number: string;
  /** `1990-05-12` */
  readonly birthDate: string;
  readonly sex: Sex;
}

const CHECK = '10X98765432';

/**
 * A citizen's identity number (GB 11643-1999): six digits of region, the date of birth, a sequence that is odd for
 * men, and a check character by ISO 7064 MOD 11-2.
 * @param text as typed; a small `x` and blanks around it are put right. @param today nobody is born later
 * @throws AppError BAD_IDENTITY_NUMBER
 */
export function parseIdentityNumber(text: string, today: string): IdentityNumber {
  const number = text.trim().toUpperCase();
  const [, year, month, day] = /^[1-9]\d{5}((?:19|20)\d\d)(\d\d)(\d\d)\d{3}[\dX]$/.exec(number) ?? [];
  const birthDate = `${year}-${month}-${day}`;
  const instant = new Date(`${birthDate}T00:00:00.000Z`);
  const isDay = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(birthDate);
  if (!isDay || birthDate > today || number[17] !== checkOf(number)) {
    throw new AppError('BAD_IDENTITY_NUMBER');
  }
  return { number, birthDate, sex: Number(number[16]) % 2 === 1 ? Sex.MALE : Sex.FEMALE };
}

/** The check character of the first 17 digits. */
function checkOf(number: string): string | undefined {
  const digits = Array.from(number.slice(0, 17), Number);
  return CHECK[digits.reduce((sum, digit, index) => sum + digit * (2 ** (17 - index) % 11), 0) % 11];
}

/** With the date of birth, which others may see, anything more would give the number away. */
export function maskIdentityNumber(number: string): string {
  return `${number.slice(0, 1)}${'*'.repeat(16)}${number.slice(-1)}`;
}
