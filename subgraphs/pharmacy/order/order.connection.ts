import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Order } from './order.entity.ts';

@ObjectType({ description: 'One order in a list.' })
export class OrderEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Order, { description: 'The order. 订单' })
  node!: Order;
}

@ObjectType({ description: 'A page of orders, the latest first. 订单列表' })
export class OrderConnection {
  @Field(() => [OrderEdge], { description: 'The orders of this page.' })
  edges!: OrderEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
