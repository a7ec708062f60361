import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Hospital } from './hospital.entity.ts';

@ObjectType({ description: 'One hospital in a list.' })
export class HospitalEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Hospital, { description: 'The hospital. 医院' })
  node!: Hospital;
}

@ObjectType({ description: 'A page of hospitals. 医院列表' })
export class HospitalConnection {
  @Field(() => [HospitalEdge], { description: 'The hospitals of this page.' })
  edges!: HospitalEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
