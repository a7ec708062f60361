import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../shared/scalars/scalars.ts';

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

export enum ChildPugh {
  A = 'A',
  B = 'B',
  C = 'C',
}

registerEnumType(ChildPugh, {
  name: 'ChildPugh',
  description: 'Function of the liver by Child and Pugh. 肝功能分级',
  valuesConfig: {
    A: { description: '5–6 points. A级' },
    B: { description: '7–9 points. B级' },
    C: { description: '10–15 points. C级' },
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

/** A version of an archive; a change is a new row, so that what was known at any time can be shown. */
@Entity('health_archive')
@ObjectType({ description: 'What has to be known about a patient before treatment. 健康档案' })
export class HealthArchive {
  @PrimaryColumn({
    type: 'varchar',
    length: 40,
    name: 'patient_id',
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  patientId!: string;

  @Field(() => Int, { description: 'From 1, one more with each change; edits name the one they saw. 版本' })
  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ type: 'varchar', length: 16 })
  pregnancy!: PregnancyStatus;

  /** The day on which the count of weeks began. */
  @Column({ type: 'char', length: 10, name: 'pregnancy_counted_from', nullable: true })
  pregnancyCountedFrom!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether she breastfeeds; null if not known. 哺乳' })
  @Column({ type: 'tinyint', name: 'is_lactating', nullable: true, transformer: toBoolean })
  isLactating!: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Estimated glomerular filtration rate, mL/min/1.73 m². 肾小球滤过率',
  })
  @Column({ ...decimal, scale: 1 })
  egfr!: number | null;

  @Field(() => ChildPugh, { nullable: true, description: 'Function of the liver. 肝功能 Child-Pugh 分级' })
  @Column({ type: 'char', length: 1, name: 'child_pugh', nullable: true })
  childPugh!: ChildPugh | null;

  @Field(() => Float, { nullable: true, description: 'Body weight in kilograms. 体重' })
  @Column({ ...decimal, scale: 2, name: 'weight_kg' })
  weightKg!: number | null;

  @Field(() => Float, { nullable: true, description: 'Body height in centimetres. 身高' })
  @Column({ ...decimal, scale: 1, name: 'height_cm' })
  heightCm!: number | null;

  @Field(() => DateTime, { description: 'When this version was made. 更新时间' })
  @Column({ type: 'datetime', precision: 3, name: 'updated_at' })
  updatedAt!: Date;

  /** The one that a new patient begins with: nothing is known. */
  static first(patientId: string, updatedAt: Date): HealthArchive {
    return Object.assign(new HealthArchive(), {
      patientId,
      version: 1,
      pregnancy: PregnancyStatus.UNKNOWN,
      pregnancyCountedFrom: null,
      isLactating: null,
      egfr: null,
      childPugh: null,
      weightKg: null,
      heightCm: null,
      updatedAt,
    });
  }
}
