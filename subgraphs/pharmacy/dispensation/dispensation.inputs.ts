import { Field, ID, InputType } from 'type-graphql';
import { ReviewCheckInput } from '../review/review-items.ts';

@InputType({ description: 'The packs of one medicine. 发药明细' })
export class DispenseLineInput {
  @Field(() => ID, { description: 'Which medicine, `sku_<ULID>`. 药品' })
  skuId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'From which batch, `bat_<ULID>`; needed where the order has this medicine from several. 批次',
  })
  batchId?: string | null;

  @Field(() => [String], { description: 'The code of each pack, 20 digits. 追溯码' })
  traceCodes!: string[];
}

@InputType({ description: 'An order to be handed out. 发药' })
export class DispenseInput {
  @Field(() => ID, { description: 'Which, `ord_<ULID>`. 订单' })
  orderId!: string;

  @Field(() => [ReviewCheckInput], {
    description: 'The ten items, each once; none for an order without a prescription. 四查十对',
  })
  checks!: ReviewCheckInput[];

  @Field(() => [DispenseLineInput], { description: 'All of what was ordered. 发药明细' })
  lines!: DispenseLineInput[];

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry of this.' })
  idempotencyKey!: string;
}
