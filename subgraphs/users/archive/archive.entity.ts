import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { BloodPressure, type BloodPressureValue } from '../../../shared/medical/blood-pressure.ts';
import type { Quantity } from '../../../shared/medical/quantity.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { ArchiveSource } from './archive-entry.types.ts';
import type { ChildPugh } from './child-pugh.ts';
import { AboGroup, Alcohol, Exercise, RhD, Smoking } from './lifestyle.ts';
import type { LiverAssessment } from './liver-function.ts';

export enum PregnancyStatus {
  UNKNOWN = 'UNKNOWN',
  NOT_PREGNANT = 'NOT_PREGNANT',
  PREGNANT = 'PREGNANT',
}

registerEnumType(PregnancyStatus, {
  name: 'PregnancyStatus',
  description: 'Whether a patient is pregnant. 妊娠状态',
  valuesConfig: {
    UNKNOWN: { description: '未知' },
    NOT_PREGNANT: { description: '未妊娠' },
    PREGNANT: { description: '妊娠' },
  },
});

const toNumber = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
const toBoolean = {
  to: (value: boolean | null) => value,
  from: (value: number | boolean | null) => (value === null ? null : Boolean(value)),
};
const decimal = { type: 'decimal', precision: 5, nullable: true, transformer: toNumber } as const;

const word = {
  type: 'varchar',
  length: 40,
  charset: 'ascii',
  collation: 'ascii_bin',
  nullable: true,
} as const;

/** What an archive says when nothing is known. */
export const NOTHING_KNOWN = {
  pregnancy: PregnancyStatus.UNKNOWN,
  pregnancyCountedFrom: null,
  isLactating: null,
  egfr: null,
  childPugh: null,
  weightKg: null,
  heightCm: null,
  aboGroup: null,
  rhD: null,
  usualBloodPressure: null,
  smoking: null,
  alcohol: null,
  exercise: null,
  occupation: null,
  creatinine: null,
  creatinineOn: null,
  liver: null,
} as const;

/**
 * A version of an archive; a change is a new row, so that what was known at any time can be shown. What it says is in
 * clear here and sealed in the row: only the store reads and writes rows. The columns that say something themselves
 * do so in rows of earlier releases alone.
 */
@Entity('health_archive')
@ObjectType({ description: 'What has to be known about a patient before treatment. 健康档案' })
export class HealthArchive {
  @PrimaryColumn({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  @Field(() => Int, { description: 'From 1, one more with each change; edits name the one they saw. 版本' })
  @PrimaryColumn({ type: 'int' })
  version!: number;

  /** What the ciphertext of this row is bound to; null in a row of an earlier release. */
  @Column(word)
  id!: string | null;

  /** What it says, encrypted; null in a row of an earlier release. */
  @Column({ type: 'text', charset: 'ascii', collation: 'ascii_bin', nullable: true })
  content!: string | null;

  /** Null in a row of an earlier release. */
  @Column({ ...word, name: 'changed_by' })
  changedBy!: string | null;

  @Field(() => ArchiveSource, {
    nullable: true,
    description: 'Where this version comes from; null if not known. 来源',
  })
  @Column({ ...word, length: 16 })
  source!: ArchiveSource | null;

  @Column({ type: 'varchar', length: 16 })
  pregnancy!: PregnancyStatus;

  /** The day on which the count of weeks began. */
  @Column({ type: 'char', length: 10, name: 'pregnancy_counted_from', nullable: true })
  pregnancyCountedFrom!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether she breastfeeds; null if not known. 哺乳' })
  @Column({ type: 'tinyint', name: 'is_lactating', nullable: true, transformer: toBoolean })
  isLactating!: boolean | null;

  /** As somebody recorded it; a creatinine tells it too. */
  @Column({ ...decimal, scale: 1 })
  egfr!: number | null;

  /** As somebody recorded it; an assessment tells it too. */
  @Column({ type: 'char', length: 1, name: 'child_pugh', nullable: true })
  childPugh!: ChildPugh | null;

  @Field(() => Float, { nullable: true, description: 'Body weight in kilograms. 体重' })
  @Column({ ...decimal, scale: 2, name: 'weight_kg' })
  weightKg!: number | null;

  @Field(() => Float, { nullable: true, description: 'Body height in centimetres. 身高' })
  @Column({ ...decimal, scale: 1, name: 'height_cm' })
  heightCm!: number | null;

  @Field(() => AboGroup, { nullable: true, description: 'Blood group in the ABO system. ABO血型' })
  aboGroup!: AboGroup | null;

  @Field(() => RhD, { nullable: true, description: 'Blood group by the antigen D. RhD血型' })
  rhD!: RhD | null;

  @Field(() => BloodPressure, { nullable: true, description: 'What the blood pressure usually is. 平时血压' })
  usualBloodPressure!: BloodPressureValue | null;

  @Field(() => Smoking, { nullable: true, description: 'Whether the patient smokes. 吸烟情况' })
  smoking!: Smoking | null;

  @Field(() => Alcohol, { nullable: true, description: 'How much alcohol the patient drinks. 饮酒情况' })
  alcohol!: Alcohol | null;

  @Field(() => Exercise, { nullable: true, description: 'How often the patient takes exercise. 运动情况' })
  exercise!: Exercise | null;

  @Field(() => String, { nullable: true, description: 'What the patient works as. 职业' })
  occupation!: string | null;

  /** In serum, µmol/L. */
  creatinine!: Quantity | null;

  /** When it was measured. */
  creatinineOn!: string | null;

  liver!: LiverAssessment | null;

  @Field(() => DateTime, { description: 'When this version was made. 更新时间' })
  @Column({ type: 'datetime', precision: 3, name: 'updated_at' })
  updatedAt!: Date;

  /** The one that a new patient begins with: nothing is known. */
  static first(patientId: string, updatedAt: Date, changedBy: string | null = null): HealthArchive {
    return Object.assign(new HealthArchive(), {
      ...NOTHING_KNOWN,
      patientId,
      version: 1,
      id: newId('arv'),
      content: null,
      changedBy,
      source: null,
      updatedAt,
    });
  }
}
