import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { ObservationContext, ObservationKind } from './observation-kinds.ts';

export enum ObservationStatus {
  FINAL = 'FINAL',
  ENTERED_IN_ERROR = 'ENTERED_IN_ERROR',
}

registerEnumType(ObservationStatus, {
  name: 'ObservationStatus',
  description: 'Whether an observation holds. 状态',
  valuesConfig: {
    FINAL: { description: '有效' },
    ENTERED_IN_ERROR: { description: 'Taken back; it stays to be seen, and counts for nothing. 已作废' },
  },
});

export enum VoidReason {
  WRONG_PERSON = 'WRONG_PERSON',
  WRONG_VALUE = 'WRONG_VALUE',
  DEVICE_FAULT = 'DEVICE_FAULT',
  OTHER = 'OTHER',
}

registerEnumType(VoidReason, {
  name: 'ObservationVoidReason',
  description: 'Why an observation was taken back. 作废原因',
  valuesConfig: {
    WRONG_PERSON: { description: 'It is of somebody else. 非本人数据' },
    WRONG_VALUE: { description: 'The value is not right. 数值有误' },
    DEVICE_FAULT: { description: 'The device did not work. 设备故障' },
    OTHER: { description: '其他' },
  },
});

const word = { ...idColumn, length: 24 } as const;

/** Value and note are in clear here and encrypted in the row: only the store reads and writes rows. */
@Entity('observation')
@ObjectType({ description: 'A value measured of a patient, by a device or by hand. 健康监测数据' })
export class Observation {
  @Field(() => ID, { description: 'Identifier, `obs_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  @Field(() => ObservationKind, { description: 'What was measured. 项目' })
  @Column(word)
  kind!: ObservationKind;

  @Field(() => DateTime, { description: 'When it was measured. 测量时间' })
  @Column({ type: 'datetime', precision: 3, name: 'taken_at' })
  takenAt!: Date;

  /** `120/80 mmHg` or `5.6 mmol/L`, in the kind's unit. */
  @Column({ ...idColumn, length: 255 })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'As it came, `101 mg/dL`, when that was in another unit. 原始录入值',
  })
  @Column({ ...idColumn, length: 255, name: 'as_entered', nullable: true })
  asEntered!: string | null;

  @Field(() => ObservationContext, { nullable: true, description: 'In which situation. 测量情境' })
  @Column({ ...word, nullable: true })
  context!: ObservationContext | null;

  @Field(() => String, { nullable: true, description: 'What was written with it. 备注' })
  @Column({ ...idColumn, length: 1024, nullable: true })
  note!: string | null;

  @Field(() => String, { nullable: true, description: 'The device, as it calls itself; null by hand. 设备' })
  @Column({ ...idColumn, length: 64, name: 'device_id', nullable: true })
  deviceId!: string | null;

  /** By which what a device sends again is known. */
  @Column({ type: 'char', length: 64, name: 'client_key' })
  clientKey!: string;

  @Field(() => ObservationStatus, { description: 'Whether it holds. 状态' })
  @Column(word)
  status!: ObservationStatus;

  @Field(() => VoidReason, { nullable: true, description: 'Why it was taken back. 作废原因' })
  @Column({ ...word, name: 'void_reason', nullable: true })
  voidReason!: VoidReason | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back. 作废时间' })
  @Column({ type: 'datetime', precision: 3, name: 'voided_at', nullable: true })
  voidedAt!: Date | null;

  @Field(() => ID, { description: 'The account that recorded it. 记录人' })
  @Column({ ...idColumn, name: 'recorded_by' })
  recordedBy!: string;

  @Field(() => DateTime, { description: 'When it came here. 记录时间' })
  @Column({ type: 'datetime', precision: 3, name: 'recorded_at' })
  recordedAt!: Date;
}

/** What became of each item of a batch, so that a retry is told the same. */
@Entity('observation_upload')
export class ObservationUpload {
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  /** JSON, see `UploadOutcome`; no value of an item stands in it. */
  @Column({ type: 'mediumtext' })
  outcomes!: string;

  @Column({ type: 'datetime', precision: 3, name: 'uploaded_at' })
  uploadedAt!: Date;
}
