import { Field, ID, InputType, Int } from 'type-graphql';
import { DiagnosisInput } from './diagnosis.ts';

const KEY = 'Chosen by the client, the same for every retry of this call.';

@InputType({ description: 'A draft of a medical record. 保存病历' })
export class SaveMedicalRecordInput {
  @Field(() => ID, { description: 'Of which consultation, `con_<ULID>`.' })
  consultationId!: string;

  @Field(() => String, { nullable: true, description: 'Why the patient came, 500 characters at most. 主诉' })
  chiefComplaint?: string | null;

  @Field(() => String, { nullable: true, description: 'How it came about, 5000 characters at most. 现病史' })
  presentIllness?: string | null;

  @Field(() => String, { nullable: true, description: 'What was found, 5000 characters at most. 查体' })
  examination?: string | null;

  @Field(() => [DiagnosisInput], { nullable: true, description: 'What it is, 10 at most. 诊断' })
  diagnoses?: DiagnosisInput[] | null;

  @Field(() => String, { nullable: true, description: 'What is to be done, 5000 at most. 处理意见' })
  plan?: string | null;

  @Field(() => ID, { nullable: true, description: 'The draft that this replaces, `rec_<ULID>`. 病历' })
  recordId?: string | null;

  @Field(() => Int, { nullable: true, description: 'The version that this was made from. 版本' })
  expectedVersion?: number | null;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'A draft to sign. 签署病历' })
export class SignMedicalRecordInput {
  @Field(() => ID, { description: 'The record, `rec_<ULID>`.' })
  recordId!: string;

  @Field(() => String, { description: "PIN of the doctor's signing key. 签名密码" })
  pin!: string;

  @Field(() => Int, { description: 'The version that was read before signing. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'A correction of a signed record; what is not given stays as it is. 修订病历' })
export class AmendMedicalRecordInput {
  @Field(() => ID, { description: 'The record, `rec_<ULID>`.' })
  recordId!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters. 修订理由' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'Why the patient came. 主诉' })
  chiefComplaint?: string | null;

  @Field(() => String, { nullable: true, description: 'How it came about. 现病史' })
  presentIllness?: string | null;

  @Field(() => String, { nullable: true, description: 'What was found. 查体' })
  examination?: string | null;

  @Field(() => [DiagnosisInput], { nullable: true, description: 'What it is: all of them. 诊断' })
  diagnoses?: DiagnosisInput[] | null;

  @Field(() => String, { nullable: true, description: 'What is to be done. 处理意见' })
  plan?: string | null;

  @Field(() => String, { description: "PIN of the doctor's signing key. 签名密码" })
  pin!: string;

  @Field(() => Int, { description: 'The version that this was made from. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}
