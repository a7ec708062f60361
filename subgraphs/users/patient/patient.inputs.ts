import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { PatientRelation, Sex } from './patient.entity.ts';

const GUARDIAN = {
  nullable: true,
  description: 'That the caller is the legal guardian; needed for OTHER under 14. 监护人声明',
} as const;

@InputType({ description: 'A patient to add to the account. 添加就诊人' })
export class AddPatientInput {
  @Field(() => String, { description: 'Full name, 1 to 64 characters. 姓名' })
  name!: string;

  @Field(() => PatientRelation, { description: 'Who this is to the owner of the account. 关系' })
  relation!: PatientRelation;

  @Field(() => String, {
    nullable: true,
    description: 'Identity number (GB 11643); day of birth and sex follow from it. 身份证号',
  })
  identityNumber?: string | null;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'Day of birth; needed without an identity number, and must agree with one. 出生日期',
  })
  birthDate?: string | null;

  @Field(() => Sex, {
    nullable: true,
    description: 'Sex; needed without an identity number, and must agree with one. 性别',
  })
  sex?: Sex | null;

  @Field(() => String, { nullable: true, description: 'Mainland mobile number. 手机号' })
  phone?: string | null;

  @Field(() => Boolean, GUARDIAN)
  isLegalGuardian?: boolean | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

export enum PatientRemovalReason {
  ADDED_BY_MISTAKE = 'ADDED_BY_MISTAKE',
  NOT_MINE_TO_CARE_FOR = 'NOT_MINE_TO_CARE_FOR',
  DECEASED = 'DECEASED',
  OTHER = 'OTHER',
}

registerEnumType(PatientRemovalReason, {
  name: 'PatientRemovalReason',
  description: 'Why a patient is taken off the list. 移除原因',
  valuesConfig: {
    ADDED_BY_MISTAKE: { description: '误添加' },
    NOT_MINE_TO_CARE_FOR: { description: '不再由我照护' },
    DECEASED: { description: '已故' },
    OTHER: { description: '其他' },
  },
});

@InputType({ description: 'Changes of a patient; what is left out stays. 修改就诊人' })
export class UpdatePatientInput {
  @Field(() => ID, { description: 'The patient, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => Int, { description: 'The version that is changed. 版本' })
  expectedVersion!: number;

  @Field(() => String, { nullable: true, description: 'Full name, 1 to 64 characters. 姓名' })
  name?: string | null;

  @Field(() => PatientRelation, {
    nullable: true,
    description: 'Who this is to the owner of the account. 关系',
  })
  relation?: PatientRelation | null;

  @Field(() => String, { nullable: true, description: 'Mainland mobile number; null removes it. 手机号' })
  phone?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Identity number; once there is one it cannot become another. 身份证号',
  })
  identityNumber?: string | null;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'Day of birth; must agree with the identity number. 出生日期',
  })
  birthDate?: string | null;

  @Field(() => Sex, { nullable: true, description: 'Sex; must agree with the identity number. 性别' })
  sex?: Sex | null;

  @Field(() => Boolean, GUARDIAN)
  isLegalGuardian?: boolean | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'A patient to take off the list. 移除就诊人' })
export class RemovePatientInput {
  @Field(() => ID, { description: 'The patient, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => Int, { description: 'The version that is removed. 版本' })
  expectedVersion!: number;

  @Field(() => PatientRemovalReason, { nullable: true, description: 'Why. 原因' })
  reason?: PatientRemovalReason | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
