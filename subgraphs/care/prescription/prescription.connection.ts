import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Prescription } from './prescription.entity.ts';

@ObjectType({ description: 'One prescription in a list.' })
export class PrescriptionEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Prescription, { description: 'The prescription. 处方' })
  node!: Prescription;
}

@ObjectType({ description: 'A page of prescriptions. 处方列表' })
export class PrescriptionConnection {
  @Field(() => [PrescriptionEdge], { description: 'The prescriptions of this page.' })
  edges!: PrescriptionEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
