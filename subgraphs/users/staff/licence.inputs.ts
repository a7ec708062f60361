import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { LicenceKind, LicenceStatus } from './licence.entity.ts';
import { StaffTitle } from './staff-title.ts';

export enum LicenceDecision {
  APPROVE = 'APPROVE',
  REJECT = 'REJECT',
}

registerEnumType(LicenceDecision, {
  name: 'LicenceDecision',
  description: 'What a review came to. 审核结论',
  valuesConfig: {
    APPROVE: { description: 'The licence is in order. 通过' },
    REJECT: { description: 'It is not; the reason says why. 驳回' },
  },
});

const KEY = 'Chosen by the client, the same for every retry.';
const VERSION = 'The version that was looked at. 版本';
const LICENCE = 'Which one, `lic_<ULID>`. 执业资格';

@InputType({ description: 'Applies for a licence, or again after a rejection. 申请执业资格' })
export class ApplyForLicenceInput {
  @Field(() => LicenceKind, { description: 'For which profession. 类别' })
  kind!: LicenceKind;

  @Field(() => String, { description: 'Name as on the licence, 1 to 64 characters. 姓名' })
  name!: string;

  @Field(() => String, {
    description:
      'Number of the certificate to practise: 15 digits for doctors, 12 for pharmacists. 执业证书编号',
  })
  licenceNumber!: string;

  @Field(() => String, {
    description:
      'Number of the certificate of qualification: 24 or 27 characters for doctors, 6 to 32 for pharmacists. 资格证书编号',
  })
  qualificationNumber!: string;

  @Field(() => StaffTitle, { description: 'Professional rank, one of the profession. 职称' })
  title!: StaffTitle;

  @Field(() => ID, { description: 'The hospital of a doctor, the pharmacy of a pharmacist. 执业机构' })
  institutionId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The department of a doctor; schedules can be published once it is known. 科室',
  })
  departmentId?: string | null;

  @Field(() => String, {
    defaultValue: '',
    description: 'What the person is good at, at most 500 characters. 擅长',
  })
  specialties!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Its last day, if it has one. 有效期至' })
  validUntil?: string | null;

  @Field(() => [ID], { description: 'Its pictures or PDFs, uploaded before, 1 to 10. 证件材料' })
  documentIds!: string[];

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Decides about an application. 审核执业资格' })
export class ReviewLicenceInput {
  @Field(() => ID, { description: LICENCE })
  licenceId!: string;

  @Field(() => LicenceDecision, { description: 'What it came to. 结论' })
  decision!: LicenceDecision;

  @Field(() => String, { nullable: true, description: 'Why; needed to reject, 1 to 500 characters. 原因' })
  reason?: string | null;

  @Field(() => Int, { description: VERSION })
  expectedVersion!: number;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Takes the effect of a licence away. 暂停执业资格' })
export class SuspendLicenceInput {
  @Field(() => ID, { description: LICENCE })
  licenceId!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters. 原因' })
  reason!: string;

  @Field(() => Int, { description: VERSION })
  expectedVersion!: number;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Gives a suspended licence its effect back. 恢复执业资格' })
export class ReinstateLicenceInput {
  @Field(() => ID, { description: LICENCE })
  licenceId!: string;

  @Field(() => Int, { description: VERSION })
  expectedVersion!: number;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Gives a licence that is valid or expired another last day. 延续执业资格' })
export class RenewLicenceInput {
  @Field(() => ID, { description: LICENCE })
  licenceId!: string;

  @Field(() => CalendarDate, { description: 'Its new last day, today at the earliest. 有效期至' })
  validUntil!: string;

  @Field(() => Int, { description: VERSION })
  expectedVersion!: number;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which licences; what is not said is not asked for. 筛选' })
export class StaffApplicationFilter {
  @Field(() => LicenceStatus, { nullable: true, description: 'Where they stand today. 状态' })
  status?: LicenceStatus | null;

  @Field(() => LicenceKind, { nullable: true, description: 'For which profession. 类别' })
  kind?: LicenceKind | null;

  @Field(() => ID, { nullable: true, description: 'Of which hospital or pharmacy. 执业机构' })
  institutionId?: string | null;
}
