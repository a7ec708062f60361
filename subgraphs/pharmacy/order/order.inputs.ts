import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'A medicine that needs no prescription. 非处方药' })
export class OrderLineInput {
  @Field(() => ID, { description: 'Which, `sku_<ULID>`. 药品' })
  skuId!: string;

  @Field(() => Int, { description: 'Packs, 1 to 20. 数量' })
  quantity!: number;
}

@InputType({ description: 'An order: all of a prescription, medicines that need none, or both. 下单' })
export class PlaceOrderInput {
  @Field(() => ID, { nullable: true, description: 'The approved prescription, `rxn_<ULID>`. 处方' })
  prescriptionId?: string | null;

  @Field(() => ID, { description: 'At which pharmacy, `pha_<ULID>`. 药房' })
  pharmacyId!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether the insurer shall pay its part of the prescription. 使用医保',
  })
  useInsurance!: boolean;

  @Field(() => [OrderLineInput], {
    nullable: true,
    description: 'Medicines that need no prescription. 非处方药',
  })
  lines?: OrderLineInput[] | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry of this order.' })
  idempotencyKey!: string;
}

@InputType({ description: 'An order to be cancelled. 取消订单' })
export class CancelOrderInput {
  @Field(() => ID, { description: 'Which, `ord_<ULID>`. 订单' })
  orderId!: string;

  @Field(() => Int, { description: 'The `version` that the caller saw. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry of this.' })
  idempotencyKey!: string;
}
