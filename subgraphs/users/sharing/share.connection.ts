import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { PatientShare } from './share.entity.ts';

@ObjectType({ description: 'One share in a list.' })
export class PatientShareEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => PatientShare, { description: 'The share. 共享' })
  node!: PatientShare;
}

@ObjectType({ description: 'A page of shares, the newest first. 共享列表' })
export class PatientShareConnection {
  @Field(() => [PatientShareEdge], { description: 'The shares of this page.' })
  edges!: PatientShareEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
