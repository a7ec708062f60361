import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { Prescribed } from '../safety/safety.service.ts';

@ObjectType({ description: 'A diagnosis on a prescription. 临床诊断' })
export class SheetDiagnosis {
  @Field(() => String, { description: 'ICD-10 code. 诊断编码' })
  code!: string;

  @Field(() => String, { description: 'Its name. 诊断名称' })
  name!: string;
}

@ObjectType({ description: 'A line of a prescription as it was signed. 处方行' })
export class SheetLine {
  @Field(() => ID, { description: 'What findings call it. 行号' })
  lineId!: string;

  @Field(() => ID, { description: 'The medicine, `sku_<ULID>`. 药品' })
  skuId!: string;

  @Field(() => String, { description: 'Its name. 药名' })
  name!: string;

  @Field(() => String, { description: 'Its strength. 规格' })
  strength!: string;

  @Field(() => Int, { description: 'Packs to hand out. 数量' })
  quantity!: number;

  @Field(() => String, { description: 'One dose, a decimal number. 单次剂量' })
  doseValue!: string;

  @Field(() => String, { description: 'Its unit. 剂量单位' })
  doseUnit!: string;

  @Field(() => Int, { description: 'Doses a day. 每日次数' })
  timesPerDay!: number;

  @Field(() => String, { description: 'How it is taken. 给药途径' })
  route!: string;

  @Field(() => Int, { description: 'For how many days. 天数' })
  days!: number;

  @Field(() => String, { description: 'What else the patient is told. 用药嘱托' })
  instructions!: string;
}

@ObjectType({
  description:
    "The doctor's written reason for going against a warning, or for prescribing although a rule could not be checked.\n医师针对警示或无法审查项目填写的用药理由。",
})
export class SheetOverride {
  @Field(() => ID, {
    description: 'The rule that warned or could not be checked.\n发出警示或无法审查的规则编号。',
  })
  ruleId!: string;

  @Field(() => String, { description: 'The reason. 理由' })
  reason!: string;
}

@ObjectType({ description: 'A prescription exactly as the doctor signed it. 处方笺' })
export class PrescriptionSheet {
  @Field(() => String, { description: 'Hospital. 医疗机构' })
  hospitalName!: string;

  @Field(() => String, { description: 'Department. 科别' })
  departmentName!: string;

  @Field(() => String, { description: 'Doctor. 医师' })
  doctorName!: string;

  @Field(() => String, { description: 'Patient. 姓名' })
  patientName!: string;

  @Field(() => String, { description: 'MALE, FEMALE or UNKNOWN. 性别' })
  patientSex!: string;

  @Field(() => Int, { description: 'Years of age when it was signed. 年龄' })
  patientAgeYears!: number;

  @Field(() => [SheetDiagnosis], { description: 'What it is for. 临床诊断' })
  diagnoses!: SheetDiagnosis[];

  @Field(() => [SheetLine], { description: 'What was prescribed. 处方内容' })
  lines!: SheetLine[];

  @Field(() => [SheetOverride], { description: 'Reasons for going against warnings. 用药理由' })
  overrides!: SheetOverride[];

  @Field(() => String, {
    nullable: true,
    description: 'Why it is for longer than seven days (处方管理办法第19条). 延长用量理由',
  })
  longSupplyReason?: string | null;

  @Field(() => DateTime, { description: 'When it was signed. 签署时间' })
  signedAt!: string;

  @Field(() => DateTime, { description: 'Until when medicine may be had on it. 有效期至' })
  validUntil!: string;

  @Field(() => String, { description: 'SHA-256 of what was signed, hexadecimal. 摘要' })
  hash!: string;

  @Field(() => ID, { description: 'The key that it was signed with. 签名密钥' })
  signatureKeyId!: string;
}

export function sheetOf(signed: PrescriptionSnapshot): PrescriptionSheet {
  return Object.assign(new PrescriptionSheet(), signed, { signatureKeyId: signed.signature.keyId });
}

/** What a safety check looks at. */
export function prescribedOn({ patientId, lines, diagnoses }: PrescriptionSnapshot): Prescribed {
  return { patientId, lines, diagnosisCodes: diagnoses.map(({ code }) => code) };
}
