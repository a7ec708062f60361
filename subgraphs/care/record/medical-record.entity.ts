import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { Readable } from '../reading/audited-reader.ts';
import { DocumentSignature } from '../signing/document-signature.types.ts';
import { Diagnosis } from './diagnosis.ts';

export enum MedicalRecordStatus {
  DRAFT = 'DRAFT',
  SIGNED = 'SIGNED',
}

registerEnumType(MedicalRecordStatus, {
  name: 'MedicalRecordStatus',
  description: 'Where a medical record stands. 病历状态',
  valuesConfig: {
    DRAFT: { description: 'Seen by its author alone. 草稿' },
    SIGNED: { description: 'Can only be amended. 已签名' },
  },
});

@Entity('medical_record')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'What a doctor wrote down of a consultation. 病历' })
export class MedicalRecord implements Readable {
  @Field(() => ID, { description: 'Identifier, `rec_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'consultation_id' })
  consultationId!: string;

  @Column({ ...idColumn, name: 'doctor_id' })
  doctorId!: string;

  @Column({ ...idColumn, name: 'doctor_account_id' })
  doctorAccountId!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  @Column({ ...idColumn, name: 'patient_account_id' })
  patientAccountId!: string;

  @Column({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  @Field(() => MedicalRecordStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16 })
  status!: MedicalRecordStatus;

  @Field(() => Int, { description: 'Counts its changes, from 1; give it back with a change. 版本' })
  @Column({ type: 'int' })
  version!: number;

  /** How many signed versions it has. */
  @Column({ type: 'int', name: 'signed_versions' })
  signedVersions!: number;

  /** Whether it names a diagnosis, which makes it evidence for a follow-up. */
  @Column({ type: 'tinyint', name: 'has_diagnosis', transformer: { to: Number, from: Boolean } })
  hasDiagnosis!: boolean;

  /** Encrypted; gone once it is signed. */
  @Column({ type: 'mediumtext', nullable: true })
  draft!: string | null;

  @Field(() => DateTime, { description: 'When it was begun. 创建时间' })
  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it was last changed. 更新时间' })
  @Column({ type: 'datetime', precision: 3, name: 'updated_at' })
  updatedAt!: Date;

  /** The rest is there in an opened record only: as it is in its draft, or in its latest signed version. */
  openedFor?: string;

  @Field(() => String, { description: 'Why the patient came. 主诉' })
  chiefComplaint!: string;

  @Field(() => String, { description: 'How it came about. 现病史' })
  presentIllness!: string;

  @Field(() => String, { description: 'What was found. 查体' })
  examination!: string;

  @Field(() => [Diagnosis], { description: 'What it is. 诊断' })
  diagnoses!: Diagnosis[];

  @Field(() => String, { description: 'What is to be done. 处理意见' })
  plan!: string;

  @Field(() => DateTime, { nullable: true, description: 'When its latest version was signed. 签名时间' })
  signedAt!: Date | null;

  @Field(() => DocumentSignature, { nullable: true, description: 'Of its latest version. 电子签名' })
  signature!: DocumentSignature | null;
}
