import { Field, ID, InputType } from 'type-graphql';
import { PatientRelation } from '../patient/patient.entity.ts';

const TRANSFER = { description: 'The transfer, `trf_<ULID>`. 转移' } as const;
const KEY = { description: 'Chosen by the client, the same for every retry.' } as const;

@InputType({ description: 'A patient to hand over. 转移就诊人' })
export class OfferPatientTransferInput {
  @Field(() => ID, { description: 'The patient, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => String, {
    description:
      'Mainland mobile number of the new guardian; whether it has an account is not told. 对方手机号',
  })
  toPhone!: string;

  @Field(() => ID, KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'A transfer to accept. 接受转移' })
export class AcceptPatientTransferInput {
  @Field(() => ID, TRANSFER)
  transferId!: string;

  @Field(() => PatientRelation, {
    description: 'Who the patient is to the caller; SELF only with the identity number of the patient. 关系',
  })
  relation!: PatientRelation;

  @Field(() => String, {
    nullable: true,
    description: 'Identity number of the caller, needed for SELF. 身份证号',
  })
  identityNumber?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'That the caller is the legal guardian; needed for OTHER under 14. 监护人声明',
  })
  isLegalGuardian?: boolean | null;

  @Field(() => ID, KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'A transfer to decline or to take back. 拒绝或撤销转移' })
export class PatientTransferInput {
  @Field(() => ID, TRANSFER)
  transferId!: string;

  @Field(() => ID, KEY)
  idempotencyKey!: string;
}
