import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum ReviewStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  REJECTED = 'REJECTED',
}

registerEnumType(ReviewStatus, {
  name: 'ReviewStatus',
  description: 'Where the review of a prescription stands. 审方状态',
  valuesConfig: {
    PENDING: { description: '待审' },
    APPROVED: { description: '通过' },
    REJECTED: { description: '不通过' },
  },
});

@Entity('prescription_review')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'The review of a signed prescription by a pharmacist. 处方审核' })
export class PrescriptionReview {
  @Field(() => ID, { description: 'Identifier, `rev_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'prescription_id' })
  prescriptionId!: string;

  /** Whose prescription it is; null for one that an older release took in, until a job fills it in. */
  @Column({ ...idColumn, name: 'hospital_id', nullable: true })
  hospitalId!: string | null;

  /** The sheet as it was signed. */
  @Column({ ...idColumn, name: 'snapshot_id' })
  snapshotId!: string;

  @Field(() => ReviewStatus, { description: 'Where it stands. 状态' })
  @Column({ ...idColumn, length: 16 })
  status!: ReviewStatus;

  @Field(() => Int, { description: 'Give this as `expectedVersion` to decide. 版本' })
  @Column({ type: 'int' })
  version!: number;

  /** The logins of the patient and of the author: with the pharmacists, those who may see it. */
  @Column({ ...idColumn, name: 'patient_account_id' })
  patientAccountId!: string;

  @Column({ ...idColumn, name: 'doctor_account_id' })
  doctorAccountId!: string;

  @Field(() => DateTime, { description: 'Until when medicine may be had on it. 处方有效期至' })
  @Column({ type: 'datetime', precision: 3, name: 'valid_until' })
  validUntil!: Date;

  @Field(() => DateTime, { description: 'When the prescription came in. 收到时间' })
  @Column({ type: 'datetime', precision: 3, name: 'received_at' })
  receivedAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The account of the pharmacist who decided. 审方药师' })
  @Column({ ...idColumn, name: 'pharmacist_account_id', nullable: true })
  pharmacistAccountId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided. 审核时间' })
  @Column({ type: 'datetime', precision: 3, name: 'reviewed_at', nullable: true })
  reviewedAt!: Date | null;

  /** JSON of the ten items. */
  @Column({ type: 'text', nullable: true })
  checks!: string | null;

  @Field(() => Boolean, {
    description:
      'Whether the findings MAJOR and CANNOT_CHECK were looked at again.\n是否已复核严重警示与无法审查的项目。',
  })
  @Column({ type: 'boolean', name: 'second_look' })
  secondLook!: boolean;

  /** Encrypted, as it speaks of the patient. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** Encrypted JSON: the findings that the decision was made upon. */
  @Column({ type: 'mediumtext', nullable: true })
  findings!: string | null;

  /** The order that has it now; one at a time. */
  @Column({ ...idColumn, name: 'order_id', nullable: true })
  orderId!: string | null;
}
