import { Field, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'One drug of a prescription. 处方药品' })
export class PrescriptionLine {
  @Field(() => ID, { description: 'Identifier, `rxl_<ULID>`; a safety finding names it.' })
  id!: string;

  /** Of the drug, which is pharmacy's. */
  skuId!: string;

  @Field(() => Int, { description: 'Packs to hand out. 数量（盒）' })
  quantity!: number;

  @Field(() => String, { description: 'One dose, a decimal number. 单次剂量' })
  doseValue!: string;

  @Field(() => String, { description: 'Its unit, such as `mg`. 剂量单位' })
  doseUnit!: string;

  @Field(() => Int, { description: 'Doses a day. 每日次数' })
  timesPerDay!: number;

  @Field(() => String, { description: 'How it is given. 给药途径' })
  route!: string;

  @Field(() => Int, { description: 'For how many days. 用药天数' })
  days!: number;

  @Field(() => String, { description: 'What else the patient must know. 用药说明' })
  instructions!: string;
}

@ObjectType({ description: "The doctor's written reason for going against a warning. 用药理由" })
export class PrescriptionOverride {
  @Field(() => ID, { description: 'The rule that warned. 规则' })
  ruleId!: string;

  @Field(() => String, { description: 'Why nevertheless. 理由' })
  reason!: string;
}
