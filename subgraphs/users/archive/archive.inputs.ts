import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { ChildPugh, PregnancyStatus } from './archive.entity.ts';
import { AllergySeverity } from './archive-entry.entity.ts';

@InputType()
abstract class ArchiveInput {
  @Field(() => ID, { description: 'Whose archive, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'An allergy; an earlier entry of the same substance is replaced. 记录过敏' })
export class RecordAllergyInput extends ArchiveInput {
  @Field(() => String, { description: 'ATC code, or the beginning of one: `J01C` for penicillins. 过敏原' })
  substance!: string;

  @Field(() => String, { description: 'Its name, 1 to 128 characters. 名称' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What happened, up to 400 characters. 过敏反应' })
  reaction?: string | null;

  @Field(() => AllergySeverity, { description: 'How grave it was. 严重程度' })
  severity!: AllergySeverity;
}

@InputType({ description: 'A disease; an earlier entry of the same code is replaced. 记录既往病史' })
export class RecordConditionInput extends ArchiveInput {
  @Field(() => String, { description: 'ICD-10 code, such as `I10`. 疾病编码' })
  code!: string;

  @Field(() => String, { description: 'Its name, 1 to 128 characters. 名称' })
  name!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Since when. 起病日期' })
  since?: string | null;
}

@InputType({
  description: 'A medicine taken now; an earlier entry of the same code is replaced. 记录正在用药',
})
export class RecordMedicationInput extends ArchiveInput {
  @Field(() => String, { description: 'ATC code, such as `B01AA03`. 药物编码' })
  substance!: string;

  @Field(() => String, { description: 'Its name, 1 to 128 characters. 名称' })
  name!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Since when. 开始日期' })
  since?: string | null;
}

@InputType({ description: 'An entry that does not hold any more. 结束档案条目' })
export class EndArchiveEntryInput extends ArchiveInput {
  @Field(() => ID, { description: 'Allergy, condition or medication. 条目' })
  entryId!: string;
}

@InputType({ description: 'What changes; what is left out stays, and null makes it unknown. 更新健康档案' })
export class UpdateHealthArchiveInput extends ArchiveInput {
  @Field(() => Int, { description: 'The version that the change was made upon. 版本' })
  expectedVersion!: number;

  @Field(() => PregnancyStatus, { nullable: true, description: 'Whether she is pregnant. 妊娠状态' })
  pregnancy?: PregnancyStatus | null;

  @Field(() => Int, { nullable: true, description: 'Completed weeks today, 0 to 44. 孕周' })
  pregnancyWeeks?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether she breastfeeds. 哺乳' })
  isLactating?: boolean | null;

  @Field(() => Float, { nullable: true, description: 'eGFR, mL/min/1.73 m², 0 to 250. 肾小球滤过率' })
  egfr?: number | null;

  @Field(() => ChildPugh, { nullable: true, description: 'Function of the liver. 肝功能 Child-Pugh 分级' })
  childPugh?: ChildPugh | null;

  @Field(() => Float, { nullable: true, description: 'Body weight in kilograms, 0.3 to 500. 体重' })
  weightKg?: number | null;

  @Field(() => Float, { nullable: true, description: 'Body height in centimetres, 20 to 260. 身高' })
  heightCm?: number | null;
}
