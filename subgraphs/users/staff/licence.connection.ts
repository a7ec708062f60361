import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { StaffLicence } from './licence.entity.ts';

@ObjectType({ description: 'One licence in a list.' })
export class StaffLicenceEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => StaffLicence, { description: 'The licence. 执业资格' })
  node!: StaffLicence;
}

@ObjectType({ description: 'A page of licences, the oldest first. 执业资格列表' })
export class StaffLicenceConnection {
  @Field(() => [StaffLicenceEdge], { description: 'The licences of this page.' })
  edges!: StaffLicenceEdge[];

  @Field(() => PageInfo, { description: 'What lies before and behind this page.' })
  pageInfo!: PageInfo;
}
