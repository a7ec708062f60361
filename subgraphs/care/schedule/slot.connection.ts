import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Slot } from './slot.entity.ts';

@ObjectType({ description: 'One slot in a list.' })
export class SlotEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Slot, { description: 'The slot. 号源' })
  node!: Slot;
}

@ObjectType({ description: 'A page of slots, the earliest first. 号源列表' })
export class SlotConnection {
  @Field(() => [SlotEdge], { description: 'The slots of this page.' })
  edges!: SlotEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
