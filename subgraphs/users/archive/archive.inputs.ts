import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { BloodPressure, type BloodPressureValue } from '../../../shared/medical/blood-pressure.ts';
import { DosageInput } from '../../../shared/medical/dosage.ts';
import { QuantityInput } from '../../../shared/medical/quantity.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { PregnancyStatus } from './archive.entity.ts';
import { ArchiveEntryEnd } from './archive-entry.entity.ts';
import { AllergySeverity, AllergyStatus, ArchiveSource } from './archive-entry.types.ts';
import { ChildPugh } from './child-pugh.ts';
import { AboGroup, Alcohol, Exercise, RhD, Smoking } from './lifestyle.ts';
import { LiverFunctionInput } from './liver-function.ts';

@InputType()
export abstract class ArchiveInput {
  @Field(() => ID, { description: 'Whose archive, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType()
export abstract class SourcedInput extends ArchiveInput {
  @Field(() => ArchiveSource, {
    nullable: true,
    description:
      'Where it comes from. If not given: DOCTOR from a doctor, PATIENT from anybody else; nobody else may say DOCTOR, ' +
      'and no doctor PATIENT or DEVICE. 来源',
  })
  source?: ArchiveSource | null;
}

@InputType({ description: 'An allergy; an earlier entry of the same substance is replaced. 记录过敏' })
export class RecordAllergyInput extends SourcedInput {
  @Field(() => String, { description: 'ATC code, or the beginning of one: `J01C` for penicillins. 过敏原' })
  substance!: string;

  @Field(() => String, { description: 'Its name, 1 to 128 characters. 名称' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What happened, up to 400 characters. 过敏反应' })
  reaction?: string | null;

  @Field(() => AllergySeverity, { description: 'How grave it was. 严重程度' })
  severity!: AllergySeverity;

  @Field(() => AllergyStatus, { nullable: true, description: 'How sure it is. 确认状态' })
  status?: AllergyStatus | null;
}

@InputType({ description: 'A disease; an earlier entry of the same code is replaced. 记录既往病史' })
export class RecordConditionInput extends SourcedInput {
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
export class RecordMedicationInput extends SourcedInput {
  @Field(() => String, { description: 'ATC code, such as `B01AA03`. 药物编码' })
  substance!: string;

  @Field(() => String, { description: 'Its name, 1 to 128 characters. 名称' })
  name!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Since when. 开始日期' })
  since?: string | null;

  @Field(() => DosageInput, { nullable: true, description: 'How it is taken. 用法用量' })
  dosage?: DosageInput | null;
}

@InputType({ description: 'An entry that does not hold any more. 结束档案条目' })
export class EndArchiveEntryInput extends ArchiveInput {
  @Field(() => ID, { description: 'An entry of any kind. 条目' })
  entryId!: string;

  @Field(() => ArchiveEntryEnd, {
    nullable: true,
    description: 'Why: ENDED, which it is if not given, or ENTERED_IN_ERROR. 结束原因',
  })
  reason?: ArchiveEntryEnd | null;
}

@InputType({ description: 'What changes; what is left out stays, and null makes it unknown. 更新健康档案' })
export class UpdateHealthArchiveInput extends SourcedInput {
  @Field(() => Int, { description: 'The version that the change was made upon. 版本' })
  expectedVersion!: number;

  @Field(() => PregnancyStatus, { nullable: true, description: 'Whether she is pregnant. 妊娠状态' })
  pregnancy?: PregnancyStatus | null;

  @Field(() => Int, { nullable: true, description: 'Completed weeks today, 0 to 44. 孕周' })
  pregnancyWeeks?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether she breastfeeds. 哺乳' })
  isLactating?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description: 'eGFR, mL/min/1.73 m², 0 to 250; goes before one that a creatinine tells. 肾小球滤过率',
  })
  egfr?: number | null;

  @Field(() => ChildPugh, { nullable: true, description: 'Function of the liver. 肝功能 Child-Pugh 分级' })
  childPugh?: ChildPugh | null;

  @Field(() => Float, { nullable: true, description: 'Body weight in kilograms, 0.3 to 500. 体重' })
  weightKg?: number | null;

  @Field(() => Float, { nullable: true, description: 'Body height in centimetres, 20 to 260. 身高' })
  heightCm?: number | null;

  @Field(() => QuantityInput, {
    nullable: true,
    description:
      'Creatinine in serum, `umol/L` or `mg/dL`; an eGFR recorded before gives way to what it tells. 血肌酐',
  })
  creatinine?: QuantityInput | null;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'When the creatinine was measured; today if not given. 检测日期',
  })
  creatinineOn?: string | null;

  @Field(() => LiverFunctionInput, {
    nullable: true,
    description:
      'Components of the Child-Pugh score; a class recorded before gives way to theirs. 肝功能评估',
  })
  liverFunction?: LiverFunctionInput | null;

  @Field(() => BloodPressure, { nullable: true, description: 'What the blood pressure usually is. 平时血压' })
  usualBloodPressure?: BloodPressureValue | null;

  @Field(() => AboGroup, { nullable: true, description: 'Blood group in the ABO system. ABO血型' })
  aboGroup?: AboGroup | null;

  @Field(() => RhD, { nullable: true, description: 'Blood group by the antigen D. RhD血型' })
  rhD?: RhD | null;

  @Field(() => Smoking, { nullable: true, description: 'Whether the patient smokes. 吸烟情况' })
  smoking?: Smoking | null;

  @Field(() => Alcohol, { nullable: true, description: 'How much alcohol the patient drinks. 饮酒情况' })
  alcohol?: Alcohol | null;

  @Field(() => Exercise, { nullable: true, description: 'How often the patient takes exercise. 运动情况' })
  exercise?: Exercise | null;

  @Field(() => String, { nullable: true, description: 'What the patient works as, 1 to 64 characters. 职业' })
  occupation?: string | null;
}
