import { Directive, Field, ID, InputType, Int } from 'type-graphql';

@Directive('@inaccessible')
@InputType({ description: 'A line of a prescription to be checked. For other subgraphs alone. 待审查处方行' })
export class SafetyLineInput {
  @Field(() => ID, { description: 'What findings call it. 处方行' })
  lineId!: string;

  @Field(() => ID, { description: 'The medicine, `sku_<ULID>`. 药品' })
  skuId!: string;

  @Field(() => String, { description: 'One dose, a decimal number. 单次剂量' })
  doseValue!: string;

  @Field(() => String, { description: 'Its unit: g, mg, ml, 片. 剂量单位' })
  doseUnit!: string;

  @Field(() => Int, { description: 'Doses a day. 每日次数' })
  timesPerDay!: number;

  @Field(() => Int, { description: 'For how many days. 天数' })
  days!: number;
}
