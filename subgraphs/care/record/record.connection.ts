import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { MedicalRecord } from './medical-record.entity.ts';

@ObjectType({ description: 'One medical record in a list.' })
export class MedicalRecordEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => MedicalRecord, { description: 'The record. 病历' })
  node!: MedicalRecord;
}

@ObjectType({ description: 'A page of medical records. 病历列表' })
export class MedicalRecordConnection {
  @Field(() => [MedicalRecordEdge], { description: 'The records of this page.' })
  edges!: MedicalRecordEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
