import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Sku } from './sku.entity.ts';

@ObjectType({ description: 'One medicine in a list.' })
export class SkuEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Sku, { description: 'The medicine. 药品' })
  node!: Sku;
}

@ObjectType({ description: 'A page of medicines. 药品列表' })
export class SkuConnection {
  @Field(() => [SkuEdge], { description: 'The medicines of this page.' })
  edges!: SkuEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
