import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { LicenceKind } from './licence.entity.ts';
import { DoctorTitle } from '../doctor/doctor.entity.ts';
import { PharmacistTitle, type StaffTitle } from './staff-title.ts';

interface Profession {
  /** Number of the certificate to practise. */
  readonly licence: RegExp;
  /** Number of the certificate of qualification. */
  readonly qualification: RegExp;
  /** Type of identifier of the institution, and the scope that the role is granted in. */
  readonly institution: 'hos' | 'pha';
  readonly scope: 'HOSPITAL' | 'PHARMACY';
  readonly titles: readonly StaffTitle[];
}

/**
 * 医师执业证书: 15 digits; 医师资格证书: 24 or 27 characters, whose end is an identity number of 15 or 18.
 * 执业药师注册证: 12 digits; the management numbers of 执业药师职业资格证书 have changed their length several times.
 */
export const professions: Readonly<Record<LicenceKind, Profession>> = {
  DOCTOR: {
    licence: /^\d{15}$/,
    qualification: /^(\d{24}|\d{26}[\dX])$/,
    institution: 'hos',
    scope: 'HOSPITAL',
    titles: Object.values(DoctorTitle),
  },
  PHARMACIST: {
    licence: /^\d{12}$/,
    qualification: /^[0-9A-Z]{6,32}$/,
    institution: 'pha',
    scope: 'PHARMACY',
    titles: Object.values(PharmacistTitle),
  },
};

/**
 * A number in its one form: full-width characters, blanks and hyphens are put right.
 * @throws AppError LICENCE_NUMBER_INVALID
 */
export function parseNumber(field: 'licence' | 'qualification', kind: LicenceKind, text: string): string {
  const number = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  if (!professions[kind][field].test(number)) {
    throw new AppError('LICENCE_NUMBER_INVALID', { field: `${field}Number` });
  }
  return number;
}

/** The institution and department of a profession. @throws AppError BAD_ID, VALIDATION_FAILED */
export function parsePlace(kind: LicenceKind, institutionId: string, departmentId: string | null) {
  if (departmentId !== null && kind !== LicenceKind.DOCTOR) {
    throw new AppError('VALIDATION_FAILED', { field: 'departmentId', reason: LicenceKind.DOCTOR });
  }
  return {
    institutionId: parseId(professions[kind].institution, institutionId),
    departmentId: departmentId === null ? null : parseId('dep', departmentId),
  };
}

/** What the public sees of a number: by the last four digits a patient can compare it with the register. */
export function maskLicenceNumber(number: string): string {
  return `${'*'.repeat(number.length - 4)}${number.slice(-4)}`;
}
