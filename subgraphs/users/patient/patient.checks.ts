import { AppError } from '../../../shared/errors/app-error.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import { OWN_CONSENT_AGE } from '../consent/consent-needs.ts';
import { ageYears } from './age.ts';
import { parseIdentityNumber } from './identity-number.ts';
import { personName } from './person-name.ts';
import { PatientRelation, type Sex } from './patient.entity.ts';

/** What is told of a person. */
interface Told {
  readonly name: string;
  readonly relation: PatientRelation;
  readonly identityNumber?: string | null;
  readonly birthDate?: string | null;
  readonly sex?: Sex | null;
  readonly phone?: string | null;
  readonly isLegalGuardian?: boolean | null;
}

/** What is kept of a person. */
export interface Checked {
  readonly name: string;
  readonly relation: PatientRelation;
  readonly birthDate: string;
  readonly sex: Sex;
  readonly identityNumber: string | null;
  /** E.164. */
  readonly phone: string | null;
}

/**
 * What is told, in its normal form; day of birth and sex follow from an identity number.
 * @throws AppError VALIDATION_FAILED, BAD_IDENTITY_NUMBER, IDENTITY_MISMATCH, BAD_PHONE, GUARDIAN_NEEDED
 */
export function checkPerson(told: Told, today: string): Checked {
  const name = personName('name', told.name);
  const { relation, identityNumber, phone } = told;
  const identity = identityNumber ? parseIdentityNumber(identityNumber, today) : undefined;
  const birthDate = agreed('birthDate', told.birthDate, identity?.birthDate);
  if (birthDate > today || birthDate < '1900-01-01') {
    throw new AppError('VALIDATION_FAILED', { field: 'birthDate', reason: `1900-01-01 – ${today}` });
  }
  assertGuarded({ relation, birthDate, isLegalGuardian: told.isLegalGuardian }, today);
  return {
    name,
    relation,
    birthDate,
    sex: agreed<Sex>('sex', told.sex, identity?.sex),
    identityNumber: identity?.number ?? null,
    phone: phone ? normalisePhone(phone) : null,
  };
}

/**
 * Somebody under 14 is there by a guardian: a parent, or another who declares to be one (Personal Information
 * Protection Law, article 31). @throws AppError GUARDIAN_NEEDED
 */
export function assertGuarded(
  {
    relation,
    birthDate,
    isLegalGuardian,
  }: Pick<Told, 'relation' | 'isLegalGuardian'> & { birthDate: string },
  today: string,
): void {
  if (ageYears(birthDate, today) >= OWN_CONSENT_AGE || relation === PatientRelation.CHILD) return;
  if (relation !== PatientRelation.OTHER || isLegalGuardian !== true) throw new AppError('GUARDIAN_NEEDED');
}

/** What was given and what the identity number says, which must be the same where there are both. */
function agreed<T extends string>(field: string, given: T | null | undefined, derived: T | undefined): T {
  const value = derived ?? given ?? undefined;
  if (value === undefined) throw new AppError('VALIDATION_FAILED', { field, reason: 'identityNumber' });
  if (given && given !== value) throw new AppError('IDENTITY_MISMATCH', { field });
  return value;
}
