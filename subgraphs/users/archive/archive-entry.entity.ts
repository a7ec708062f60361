import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { Dosage } from '../../../shared/medical/dosage.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';
import { AllergySeverity, AllergyStatus, ArchiveSource } from './archive-entry.types.ts';

const code = { ...idColumn, length: 16 } as const;

export enum ArchiveEntryEnd {
  ENDED = 'ENDED',
  ENTERED_IN_ERROR = 'ENTERED_IN_ERROR',
  REPLACED = 'REPLACED',
}

registerEnumType(ArchiveEntryEnd, {
  name: 'ArchiveEntryEnd',
  description: 'Why an entry does not hold any more. 条目结束原因',
  valuesConfig: {
    ENDED: { description: 'It is over: a disease healed, a medicine stopped. 已结束' },
    ENTERED_IN_ERROR: { description: 'It never was so. 录入错误' },
    REPLACED: { description: 'A newer entry says the same better; given by the platform alone. 已更新' },
  },
});

/**
 * Something that holds from one version of an archive to another; rows are never changed but for their end. What it
 * says is in clear here and sealed in the row: only the store reads and writes rows.
 */
@ObjectType()
export abstract class ArchiveEntry {
  @Field(() => ID, { description: 'Identifier; `endArchiveEntry` takes it. 标识' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  /** What it says, encrypted; null in a row of an earlier release, which has it in columns in clear. */
  @Column({ type: 'text', charset: 'ascii', collation: 'ascii_bin', nullable: true })
  content!: string | null;

  @Field(() => ArchiveSource, { nullable: true, description: 'Where it comes from; null if not known. 来源' })
  @Column({ ...code, nullable: true })
  source!: ArchiveSource | null;

  @Field(() => Int, { name: 'version', description: 'The version of the archive that brought it. 版本' })
  @Column({ type: 'int', name: 'recorded_version' })
  recordedVersion!: number;

  /** The first version in which it does not hold any more. */
  @Column({ type: 'int', name: 'ended_version', nullable: true })
  endedVersion!: number | null;

  @Column({ ...idColumn, length: 24, name: 'end_reason', nullable: true })
  endReason!: ArchiveEntryEnd | null;

  @Column({ ...idColumn, name: 'recorded_by' })
  recordedBy!: string;

  @Field(() => DateTime, { description: 'When it was recorded. 记录时间' })
  @Column({ type: 'datetime', precision: 3, name: 'recorded_at' })
  recordedAt!: Date;
}

export type EntryClass<T extends ArchiveEntry> = new () => T;

/** Of the kinds that earlier releases had too: their columns hold something in old rows alone. */
@ObjectType()
abstract class NamedEntry extends ArchiveEntry {
  @Field(() => String, { description: 'Its name, as people read it. 名称' })
  @Column({ type: 'varchar', length: 128 })
  name!: string;
}

@Entity('allergy')
@ObjectType({ description: 'A substance that a patient reacts to. 过敏' })
export class Allergy extends NamedEntry {
  @Field(() => String, { description: 'ATC code, or the beginning of one for a whole group. 过敏原' })
  @Column(code)
  substance!: string;

  @Field(() => String, { nullable: true, description: 'What happened. 过敏反应' })
  @Column({ ...idColumn, length: 2048, nullable: true })
  reaction!: string | null;

  @Field(() => AllergySeverity, { description: 'How grave it was. 严重程度' })
  @Column(code)
  severity!: AllergySeverity;

  @Field(() => AllergyStatus, { nullable: true, description: 'How sure it is; null if not known. 确认状态' })
  status!: AllergyStatus | null;
}

@Entity('medical_condition')
@ObjectType({ description: 'A disease that a patient has. 既往病史' })
export class MedicalCondition extends NamedEntry {
  @Field(() => String, { description: 'ICD-10 code (GB/T 14396). 疾病编码' })
  @Column(code)
  code!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Since when. 起病日期' })
  @Column({ type: 'char', length: 10, nullable: true })
  since!: string | null;
}

@Entity('current_medication')
@ObjectType({ description: 'A medicine that a patient takes, from wherever it came. 正在用药' })
export class CurrentMedication extends NamedEntry {
  @Field(() => String, { description: 'ATC code. 药物编码' })
  @Column(code)
  substance!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Since when. 开始日期' })
  @Column({ type: 'char', length: 10, nullable: true })
  since!: string | null;

  @Field(() => Dosage, { nullable: true, description: 'How it is taken; null if not known. 用法用量' })
  dosage!: Dosage | null;
}
