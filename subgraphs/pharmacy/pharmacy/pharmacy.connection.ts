import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Pharmacy } from './pharmacy.entity.ts';

@ObjectType({ description: 'One pharmacy in a list.' })
export class PharmacyEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Pharmacy, { description: 'The pharmacy. 药房' })
  node!: Pharmacy;
}

@ObjectType({ description: 'A page of pharmacies. 药房列表' })
export class PharmacyConnection {
  @Field(() => [PharmacyEdge], { description: 'The pharmacies of this page.' })
  edges!: PharmacyEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
