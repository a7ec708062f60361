import { Field, ID, InputType, Int } from 'type-graphql';

const KEY = 'Chosen by the client, the same for every retry of this call.';

@InputType({ description: 'One drug to prescribe. 处方药品' })
export class PrescriptionLineInput {
  @Field(() => ID, { description: 'The drug, `sku_<ULID>`. 药品规格' })
  skuId!: string;

  @Field(() => Int, { description: 'Packs to hand out, 1 to 99. 数量（盒）' })
  quantity!: number;

  @Field(() => String, { description: 'One dose, a decimal number such as `0.5`. 单次剂量' })
  doseValue!: string;

  @Field(() => String, { description: 'Its unit, such as `mg`. 剂量单位' })
  doseUnit!: string;

  @Field(() => Int, { description: 'Doses a day, 1 to 24. 每日次数' })
  timesPerDay!: number;

  @Field(() => String, { description: 'How it is given, such as `口服`. 给药途径' })
  route!: string;

  @Field(() => Int, { description: 'For how many days: up to 7, with a reason up to 84. 用药天数' })
  days!: number;

  @Field(() => String, {
    nullable: true,
    description: 'What else the patient must know, 200 characters at most. 用药说明',
  })
  instructions?: string | null;
}

@InputType({ description: 'A draft of a prescription. 保存处方' })
export class SavePrescriptionInput {
  @Field(() => ID, { description: 'In which consultation, `con_<ULID>`.' })
  consultationId!: string;

  @Field(() => ID, { nullable: true, description: 'The draft that this replaces, `rxn_<ULID>`. 处方' })
  prescriptionId?: string | null;

  @Field(() => [PrescriptionLineInput], { description: 'The drugs, 1 to 5. 药品' })
  lines!: PrescriptionLineInput[];

  @Field(() => Int, { description: 'For how many days it is to be valid, 1 to 3. 有效天数' })
  validDays!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why the supply is for longer than seven days: a chronic disease. 长期用药理由',
  })
  longSupplyReason?: string | null;

  @Field(() => Int, { nullable: true, description: 'The version that this was made from. 版本' })
  expectedVersion?: number | null;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}

@InputType({
  description:
    "The doctor's written reason for going against a major warning, or for prescribing although a rule could not be checked.\n医师针对严重警示或无法审查项目填写的用药理由。",
})
export class PrescriptionOverrideInput {
  @Field(() => ID, {
    description:
      'The rule that warned or could not be checked, `SafetyFinding.ruleId`.\n发出警示或无法审查的规则编号。',
  })
  ruleId!: string;

  @Field(() => String, { description: 'Why nevertheless, 1 to 300 characters. 理由' })
  reason!: string;
}

@InputType({ description: 'A prescription to sign and send. 签署处方' })
export class SignPrescriptionInput {
  @Field(() => ID, { description: 'The prescription, `rxn_<ULID>`.' })
  prescriptionId!: string;

  @Field(() => String, { description: "PIN of the doctor's signing key. 签名密码" })
  pin!: string;

  @Field(() => [PrescriptionOverrideInput], {
    nullable: true,
    description:
      'One for each rule with a finding MAJOR or CANNOT_CHECK, at most 500.\n每条严重警示（MAJOR）与无法审查（CANNOT_CHECK）的规则各填写一条，最多 500 条。',
  })
  overrides?: PrescriptionOverrideInput[] | null;

  @Field(() => Int, { description: 'The version that was read before signing. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: KEY })
  idempotencyKey!: string;
}
