import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { DocumentSignature } from '../signing/document-signature.types.ts';
import { Diagnosis } from './diagnosis.ts';

@ObjectType({ description: 'A signed version of a medical record; it never changes. 病历版本' })
export class MedicalRecordVersion {
  @Field(() => Int, { description: 'Its number in the record, from 1 without gap. 版本号' })
  number!: number;

  @Field(() => String, { description: 'Why the version before was amended; empty for the first. 修订理由' })
  reason!: string;

  @Field(() => String, { description: 'Why the patient came. 主诉' })
  chiefComplaint!: string;

  @Field(() => String, { description: 'How it came about. 现病史' })
  presentIllness!: string;

  @Field(() => String, { description: 'What was found. 查体' })
  examination!: string;

  @Field(() => [Diagnosis], { description: 'What it is. 诊断' })
  diagnoses!: Diagnosis[];

  @Field(() => String, { description: 'What is to be done. 处理意见' })
  plan!: string;

  /** Of the author. */
  doctorId!: string;

  @Field(() => DateTime, { description: 'When it was signed. 签名时间' })
  signedAt!: Date;

  @Field(() => DocumentSignature, { description: "The author's signature. 电子签名" })
  signature!: DocumentSignature;

  @Field(() => String, {
    description: 'The document exactly as it was signed: canonical JSON, whose SHA-256 is the hash. 签名原文',
  })
  signedDocument!: string;
}
