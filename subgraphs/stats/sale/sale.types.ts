import { Field, Int, ObjectType } from 'type-graphql';
import { Money } from '../../../shared/money/money.ts';

@ObjectType({ description: 'A place in the list of what was sold most. 药品销量排行' })
export class TopDrug {
  skuId!: string;

  @Field(() => Int, { description: 'Its place, from 1. 名次' })
  rank!: number;

  @Field(() => Int, { description: 'Packs that were paid and not given back. 销量（盒）' })
  quantity!: number;

  @Field(() => Money, { description: 'What was paid for them, by insurance and patients. 销售额' })
  amount!: number;
}
