import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';
import { StaffTitle } from './staff-title.ts';

/** The names of the roles that the licences stand behind. */
export enum LicenceKind {
  DOCTOR = 'DOCTOR',
  PHARMACIST = 'PHARMACIST',
}

registerEnumType(LicenceKind, {
  name: 'LicenceKind',
  description: 'For which profession a licence is. 执业类别',
  valuesConfig: {
    DOCTOR: { description: '医师' },
    PHARMACIST: { description: '药师' },
  },
});

export enum LicenceStatus {
  SUBMITTED = 'SUBMITTED',
  APPROVED = 'APPROVED',
  REJECTED = 'REJECTED',
  SUSPENDED = 'SUSPENDED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(LicenceStatus, {
  name: 'LicenceStatus',
  description: 'Where a licence stands. 执业资格状态',
  valuesConfig: {
    SUBMITTED: { description: 'Waits for a review. 待审核' },
    APPROVED: { description: 'Valid. 已通过' },
    REJECTED: { description: 'Refused with a reason; may be submitted again. 已驳回' },
    SUSPENDED: { description: 'Without effect until it is reinstated. 已暂停' },
    EXPIRED: { description: 'Past its last day; may be renewed. 已过期' },
  },
});

const word = { ...idColumn, length: 16 } as const;
const sealed = { ...idColumn, length: 255 } as const;

/**
 * One a person and kind. Name, numbers and reason are in clear here and encrypted in the row: only the store reads and
 * writes rows.
 */
@Entity('staff_licence')
@ObjectType({
  description: 'The licence of a doctor or a pharmacist, from the application on. 执业资格',
})
export class StaffLicence {
  @Field(() => ID, { description: 'Identifier, `lic_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => ID, { description: 'Whose it is, `acc_<ULID>`. 账号' })
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => LicenceKind, { description: 'For which profession. 类别' })
  @Column(word)
  kind!: LicenceKind;

  /** As it was last written; {@link statusOn} tells what it is on a day. */
  @Column(word)
  status!: LicenceStatus;

  @Field(() => Int, { description: 'Counts its changes; an edit must name the one it was made on. 版本' })
  @Column({ type: 'int' })
  version!: number;

  @Field(() => String, { description: 'Name as on the licence. 姓名' })
  @Column({ ...sealed, length: 512 })
  name!: string;

  @Field(() => String, { description: 'Number of the certificate to practise. 执业证书编号' })
  @Column({ ...sealed, name: 'licence_number' })
  licenceNumber!: string;

  /** Null while it keeps nobody from applying with the number: for a rejected one. */
  @Column({ type: 'char', length: 64, name: 'licence_index', nullable: true })
  licenceIndex!: string | null;

  @Field(() => String, { description: 'Number of the certificate of qualification. 资格证书编号' })
  @Column({ ...sealed, name: 'qualification_number' })
  qualificationNumber!: string;

  @Field(() => StaffTitle, { description: 'Professional rank. 职称' })
  @Column({ ...idColumn, length: 32 })
  title!: StaffTitle;

  @Field(() => ID, { description: 'The hospital of a doctor, the pharmacy of a pharmacist. 执业机构' })
  @Column({ ...idColumn, name: 'institution_id' })
  institutionId!: string;

  @Field(() => ID, { nullable: true, description: 'The department of a doctor, `dep_<ULID>`. 科室' })
  @Column({ ...idColumn, name: 'department_id', nullable: true })
  departmentId!: string | null;

  @Field(() => String, { description: 'What the person is good at; empty if not told. 擅长' })
  @Column({ type: 'varchar', length: 500 })
  specialties!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Its last day; null without one. 有效期至' })
  @Column({ type: 'char', length: 10, name: 'valid_until', nullable: true })
  validUntil!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was rejected or suspended. 原因' })
  @Column({ ...sealed, length: 2560, nullable: true })
  reason!: string | null;

  @Field(() => DateTime, { description: 'When it was last applied for. 申请时间' })
  @Column({ type: 'datetime', precision: 3, name: 'submitted_at' })
  submittedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was last decided about. 审核时间' })
  @Column({ type: 'datetime', precision: 3, name: 'reviewed_at', nullable: true })
  reviewedAt!: Date | null;

  @Column({ ...idColumn, name: 'reviewed_by', nullable: true })
  reviewedBy!: string | null;
}

type Dated = Pick<StaffLicence, 'status' | 'validUntil'>;

/** Its state on a business day: past its last day it is expired from midnight on, whoever has noticed. */
export function statusOn({ status, validUntil }: Dated, today: string): LicenceStatus {
  const isOver = status === LicenceStatus.APPROVED && validUntil !== null && validUntil < today;
  return isOver ? LicenceStatus.EXPIRED : status;
}

/** Whether it allows to practise on a business day. */
export function isValidOn(licence: Dated, today: string): boolean {
  return statusOn(licence, today) === LicenceStatus.APPROVED;
}
