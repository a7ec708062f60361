import { Field, Float, ObjectType } from 'type-graphql';
import { converted, Quantity } from '../../../shared/medical/quantity.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { ageYears } from '../patient/age.ts';
import { type Patient, Sex } from '../patient/patient.entity.ts';
import type { HealthArchive } from './archive.entity.ts';

const ADULT = 18;

@ObjectType({ description: 'Function of the kidneys, as a measured creatinine tells it. 肾功能' })
export class RenalFunction {
  @Field(() => Quantity, { description: 'Creatinine in serum, µmol/L. 血肌酐' })
  creatinine!: Quantity;

  @Field(() => CalendarDate, { description: 'When it was measured. 检测日期' })
  measuredOn!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'eGFR by CKD-EPI 2021, mL/min/1.73 m²; null for minors and without a sex. 估算肾小球滤过率',
  })
  egfr!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Clearance by Cockcroft and Gault, mL/min; null for minors, without a sex or a weight. 肌酐清除率',
  })
  creatinineClearance!: number | null;
}

interface Measured {
  /** Creatinine in serum, mg/dL. */
  readonly creatinine: number;
  readonly sex: Sex;
  /** Completed years on the day of the measurement. */
  readonly age: number;
}

/**
 * The estimated glomerular filtration rate of an adult, mL/min/1.73 m²: CKD-EPI creatinine equation of 2021, without
 * race (Inker et al., N Engl J Med 2021;385:1737-49). Null for minors and without a sex.
 */
export function ckdEpi2021({ creatinine, sex, age }: Measured): number | null {
  if (age < ADULT || sex === Sex.UNKNOWN) return null;
  const isFemale = sex === Sex.FEMALE;
  const ratio = creatinine / (isFemale ? 0.7 : 0.9);
  const alpha = isFemale ? -0.241 : -0.302;
  return (
    142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * (isFemale ? 1.012 : 1)
  );
}

/**
 * The clearance of creatinine of an adult, mL/min (Cockcroft and Gault, Nephron 1976;16:31-41), by the actual body
 * weight. Null for minors and without a sex or a weight.
 * @param weightKg body weight in kilograms
 */
export function cockcroftGault({ creatinine, sex, age }: Measured, weightKg: number | null): number | null {
  if (age < ADULT || sex === Sex.UNKNOWN || weightKg === null) return null;
  return (((140 - age) * weightKg) / (72 * creatinine)) * (sex === Sex.FEMALE ? 0.85 : 1);
}

/** What the creatinine in an archive tells; null without one. */
export function renalFunctionOf(
  { creatinine, creatinineOn, weightKg }: HealthArchive,
  { sex, birthDate }: Pick<Patient, 'sex' | 'birthDate'>,
): RenalFunction | null {
  if (creatinine === null || creatinineOn === null) return null;
  const { value } = converted('creatinine', creatinine, 'mg/dL', 'creatinine');
  const measured = { creatinine: value, sex, age: ageYears(birthDate, creatinineOn) };
  return {
    creatinine,
    measuredOn: creatinineOn,
    egfr: toTenths(ckdEpi2021(measured)),
    creatinineClearance: toTenths(cockcroftGault(measured, weightKg)),
  };
}

/** The eGFR that holds: the one that was recorded, else that of the creatinine. mL/min/1.73 m² */
export function egfrOf(archive: HealthArchive, patient: Pick<Patient, 'sex' | 'birthDate'>): number | null {
  return archive.egfr ?? renalFunctionOf(archive, patient)?.egfr ?? null;
}

function toTenths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
