import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { Readable } from '../reading/audited-reader.ts';
import { DocumentSignature } from '../signing/document-signature.types.ts';
import { PrescriptionLine, PrescriptionOverride } from './prescription-line.types.ts';

export enum PrescriptionStatus {
  DRAFT = 'DRAFT',
  SIGNED = 'SIGNED',
}

registerEnumType(PrescriptionStatus, {
  name: 'PrescriptionStatus',
  description: 'Where a prescription stands with its author; review and dispensing are of pharmacy. 处方状态',
  valuesConfig: {
    DRAFT: { description: 'Seen by its author alone. 草稿' },
    SIGNED: { description: 'Sent to pharmacy; never changes. 已签名' },
  },
});

@Entity('prescription')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'What a doctor prescribes in a consultation. 处方' })
export class Prescription implements Readable {
  @Field(() => ID, { description: 'Identifier, `rxn_<ULID>`.' })
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

  @Field(() => PrescriptionStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16 })
  status!: PrescriptionStatus;

  @Field(() => Int, { description: 'Counts its changes, from 1; give it back with a change. 版本' })
  @Column({ type: 'int' })
  version!: number;

  /** Encrypted; gone once it is signed. */
  @Column({ type: 'mediumtext', nullable: true })
  draft!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was signed. 签名时间' })
  @Column({ type: 'datetime', precision: 3, nullable: true, name: 'signed_at' })
  signedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Valid before this instant, a midnight in Shanghai; null while it is a draft. 有效期至',
  })
  @Column({ type: 'datetime', precision: 3, nullable: true, name: 'valid_until' })
  validUntil!: Date | null;

  @Field(() => DateTime, { description: 'When it was begun. 创建时间' })
  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it was last changed. 更新时间' })
  @Column({ type: 'datetime', precision: 3, name: 'updated_at' })
  updatedAt!: Date;

  /** The rest is there in an opened prescription only. */
  openedFor?: string;

  @Field(() => [PrescriptionLine], { description: 'The drugs, 5 at most. 药品' })
  lines!: PrescriptionLine[];

  @Field(() => Int, { description: 'For how many days it is to be valid, its own day included. 有效天数' })
  validDays!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why the supply is for longer than seven days. 长期用药理由',
  })
  longSupplyReason!: string | null;

  @Field(() => [PrescriptionOverride], {
    description: 'Reasons for going against a warning, given when it was signed. 用药理由',
  })
  overrides!: PrescriptionOverride[];

  @Field(() => DocumentSignature, { nullable: true, description: "The doctor's signature. 电子签名" })
  signature!: DocumentSignature | null;
}
