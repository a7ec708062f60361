import { Field, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Packs of one batch that are held for an order. 拣货明细' })
export class OrderAllocation {
  @Field(() => ID, { description: 'The medicine. 药品' })
  skuId!: string;

  @Field(() => ID, { description: 'The batch. 批次' })
  batchId!: string;

  @Field(() => Int, { description: 'Packs. 数量' })
  quantity!: number;
}
