import { Field, ID, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';
import { PatientRelation, PatientStatus, Sex } from '../patient/patient.entity.ts';

@ObjectType({ description: 'A patient as a search shows one: nothing of the health archive. 搜索到的就诊人' })
export class FoundPatient {
  @Field(() => ID, { description: 'Identifier, `pat_<ULID>`.' })
  id!: string;

  @Field(() => ID, { description: 'The account that speaks for the patient, `acc_<ULID>`. 账号' })
  accountId!: string;

  @Field(() => String, { description: 'Full name; `张**` without `pii.read`. 姓名' })
  name!: string;

  @Field(() => PatientRelation, { description: 'Who this is to the owner of the account. 关系' })
  relation!: PatientRelation;

  @Field(() => Sex, { description: 'Sex. 性别' })
  sex!: Sex;

  @Field(() => CalendarDate, { description: 'Day of birth. 出生日期' })
  birthDate!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Identity number; masked without `pii.read`. 身份证号',
  })
  identityNumber!: string | null;

  @Field(() => String, { nullable: true, description: 'Mobile number; masked without `pii.read`. 手机号' })
  phone!: string | null;

  @Field(() => PatientStatus, { description: 'Whether it is on the list of the account. 状态' })
  status!: PatientStatus;

  @Field(() => DateTime, { description: 'When it was added. 添加时间' })
  createdAt!: Date;
}

@ObjectType({ description: 'One patient in a list.' })
export class PatientEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => FoundPatient, { description: 'The patient. 就诊人' })
  node!: FoundPatient;
}

@ObjectType({ description: 'A page of patients that were searched for. 就诊人列表' })
export class PatientConnection {
  @Field(() => [PatientEdge], { description: 'The patients of this page.' })
  edges!: PatientEdge[];

  @Field(() => PageInfo, { description: 'What lies before and behind this page.' })
  pageInfo!: PageInfo;
}
