import { Field, ID, InputType } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { PatientRelation, Sex } from './patient.entity.ts';

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

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
