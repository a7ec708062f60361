import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { PatientShareLevel } from './share.entity.ts';

@InputType({ description: 'A patient to share. 共享就诊人' })
export class SharePatientInput {
  @Field(() => ID, { description: 'The patient, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => String, {
    description: 'Mainland mobile number of the other one; whether it has an account is not told. 对方手机号',
  })
  withPhone!: string;

  @Field(() => PatientShareLevel, { description: 'What is allowed. 权限' })
  level!: PatientShareLevel;

  @Field(() => DateTime, { nullable: true, description: 'Until when; without end if not given. 有效期至' })
  until?: Date | null;

  @Field(() => Int, {
    description:
      'The version of the text of SHARING that was read and is consented to by this call. 同意书版本',
  })
  consentVersion!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'A share to accept, decline or end. 共享' })
export class PatientShareInput {
  @Field(() => ID, { description: 'The share, `shr_<ULID>`. 共享' })
  shareId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
