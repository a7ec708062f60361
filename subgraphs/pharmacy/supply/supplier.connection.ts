import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Supplier } from './supplier.entity.ts';

@ObjectType({ description: 'One supplier in a list.' })
export class SupplierEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Supplier, { description: 'The supplier. 供应商' })
  node!: Supplier;
}

@ObjectType({ description: 'A page of suppliers. 供应商列表' })
export class SupplierConnection {
  @Field(() => [SupplierEdge], { description: 'The suppliers of this page.' })
  edges!: SupplierEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
