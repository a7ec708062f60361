import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Doctor } from './doctor.entity.ts';

@ObjectType({ description: 'One doctor in a list.' })
export class DoctorEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Doctor, { description: 'The doctor. 医生' })
  node!: Doctor;
}

@ObjectType({ description: 'A page of doctors. 医生列表' })
export class DoctorConnection {
  @Field(() => [DoctorEdge], { description: 'The doctors of this page.' })
  edges!: DoctorEdge[];

  @Field(() => PageInfo, { description: 'What lies before and behind this page.' })
  pageInfo!: PageInfo;
}
