import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { RoleGrant } from './role-grant.entity.ts';

@ObjectType({ description: 'One grant in a list.' })
export class RoleGrantEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => RoleGrant, { description: 'The grant. 授权' })
  node!: RoleGrant;
}

@ObjectType({ description: 'A page of grants. 授权列表' })
export class RoleGrantConnection {
  @Field(() => [RoleGrantEdge], { description: 'The grants of this page.' })
  edges!: RoleGrantEdge[];

  @Field(() => PageInfo, { description: 'What lies before and behind this page.' })
  pageInfo!: PageInfo;
}
