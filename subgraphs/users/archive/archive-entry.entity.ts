import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';

const id = { type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' } as const;
const code = { ...id, length: 16 } as const;

export enum AllergySeverity {
  MILD = 'MILD',
  MODERATE = 'MODERATE',
  SEVERE = 'SEVERE',
}

registerEnumType(AllergySeverity, {
  name: 'AllergySeverity',
  description: 'How grave an allergic reaction was. 过敏严重程度',
  valuesConfig: {
    MILD: { description: '轻度' },
    MODERATE: { description: '中度' },
    SEVERE: { description: '重度' },
  },
});

/** Something that holds from one version of an archive to another; rows are never changed but for their end. */
@ObjectType()
export abstract class ArchiveEntry {
  @Field(() => ID, { description: 'Identifier; `endArchiveEntry` takes it.' })
  @PrimaryColumn(id)
  id!: string;

  @Column({ ...id, name: 'patient_id' })
  patientId!: string;

  @Field(() => String, { description: 'Its name, as people read it. 名称' })
  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'int', name: 'recorded_version' })
  recordedVersion!: number;

  /** The first version in which it does not hold any more. */
  @Column({ type: 'int', name: 'ended_version', nullable: true })
  endedVersion!: number | null;

  @Column({ ...id, name: 'recorded_by' })
  recordedBy!: string;

  @Field(() => DateTime, { description: 'When it was recorded. 记录时间' })
  @Column({ type: 'datetime', precision: 3, name: 'recorded_at' })
  recordedAt!: Date;
}

@Entity('allergy')
@ObjectType({ description: 'A substance that a patient reacts to. 过敏' })
export class Allergy extends ArchiveEntry {
  @Field(() => String, { description: 'ATC code, or the beginning of one for a whole group. 过敏原' })
  @Column(code)
  substance!: string;

  /** Encrypted in the row, since people write what they like into it. */
  @Field(() => String, { nullable: true, description: 'What happened. 过敏反应' })
  @Column({ ...id, length: 2048, nullable: true })
  reaction!: string | null;

  @Field(() => AllergySeverity, { description: 'How grave it was. 严重程度' })
  @Column(code)
  severity!: AllergySeverity;
}

@Entity('medical_condition')
@ObjectType({ description: 'A disease that a patient has. 既往病史' })
export class MedicalCondition extends ArchiveEntry {
  @Field(() => String, { description: 'ICD-10 code (GB/T 14396). 疾病编码' })
  @Column(code)
  code!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Since when. 起病日期' })
  @Column({ type: 'char', length: 10, nullable: true })
  since!: string | null;
}

@Entity('current_medication')
@ObjectType({ description: 'A medicine that a patient takes, from wherever it came. 正在用药' })
export class CurrentMedication extends ArchiveEntry {
  @Field(() => String, { description: 'ATC code. 药物编码' })
  @Column(code)
  substance!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Since when. 开始日期' })
  @Column({ type: 'char', length: 10, nullable: true })
  since!: string | null;
}
