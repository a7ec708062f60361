import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { FollowUpItem, FollowUpPlan } from './follow-up.entity.ts';

@ObjectType({ description: 'One plan in a list.' })
export class FollowUpPlanEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => FollowUpPlan, { description: 'The plan. 随访计划' })
  node!: FollowUpPlan;
}

@ObjectType({ description: 'A page of plans, the latest first. 随访计划列表' })
export class FollowUpPlanConnection {
  @Field(() => [FollowUpPlanEdge], { description: 'Those of this page.' })
  edges!: FollowUpPlanEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'One item in a list.' })
export class FollowUpItemEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => FollowUpItem, { description: 'The item. 随访项目' })
  node!: FollowUpItem;
}

@ObjectType({ description: 'A page of items, the earliest first. 随访项目列表' })
export class FollowUpItemConnection {
  @Field(() => [FollowUpItemEdge], { description: 'Those of this page.' })
  edges!: FollowUpItemEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
