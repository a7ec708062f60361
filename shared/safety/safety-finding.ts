// type-graphql needs it before its first decorator; elsewhere TypeORM brings it.
import 'reflect-metadata';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';

export enum SafetyKind {
  INTERACTION = 'INTERACTION',
  ALLERGY = 'ALLERGY',
  PREGNANCY = 'PREGNANCY',
  LACTATION = 'LACTATION',
  AGE = 'AGE',
  RENAL = 'RENAL',
  HEPATIC = 'HEPATIC',
  DISEASE = 'DISEASE',
  DUPLICATE = 'DUPLICATE',
  MAX_DAILY_DOSE = 'MAX_DAILY_DOSE',
}

registerEnumType(SafetyKind, {
  name: 'SafetyKind',
  description: 'What a check of a prescription looks at. 审查项目',
  valuesConfig: {
    INTERACTION: { description: '药物相互作用' },
    ALLERGY: { description: '过敏' },
    PREGNANCY: { description: '妊娠' },
    LACTATION: { description: '哺乳' },
    AGE: { description: '年龄' },
    RENAL: { description: '肾功能' },
    HEPATIC: { description: '肝功能' },
    DISEASE: { description: '疾病禁忌' },
    DUPLICATE: { description: '重复用药' },
    MAX_DAILY_DOSE: { description: '日最大剂量' },
  },
});

export enum SafetySeverity {
  CONTRAINDICATED = 'CONTRAINDICATED',
  MAJOR = 'MAJOR',
  MODERATE = 'MODERATE',
  CANNOT_CHECK = 'CANNOT_CHECK',
}

registerEnumType(SafetySeverity, {
  name: 'SafetySeverity',
  description: 'How grave a finding is, and so what follows from it. 严重程度',
  valuesConfig: {
    CONTRAINDICATED: { description: 'Blocks the prescription. 禁忌' },
    MAJOR: { description: "Needs the doctor's written reason and the pharmacist's second look. 严重" },
    MODERATE: { description: 'Warns. 警示' },
    CANNOT_CHECK: {
      description:
        "What the check needs to know is not known; needs the doctor's written acknowledgement and the pharmacist's second look.\n缺少审查所需信息，须由医师书面确认并由药师复核。",
    },
  },
});

@Directive('@shareable')
@ObjectType({ description: 'What a safety check found in a prescription. 用药审查结果' })
export class SafetyFinding {
  @Field(() => ID, { description: 'The rule that found it; a reason for going against it names this. 规则' })
  ruleId!: string;

  @Field(() => SafetyKind, { description: 'What was looked at. 审查项目' })
  kind!: SafetyKind;

  @Field(() => SafetySeverity, { description: 'How grave it is. 严重程度' })
  severity!: SafetySeverity;

  @Field(() => [ID], { description: 'The lines of the prescription that it concerns. 处方行' })
  lineIds!: string[];

  @Field(() => String, { description: 'What may happen, in the language of the caller. 说明' })
  message!: string;

  @Field(() => String, { description: 'Where the rule comes from. 依据' })
  source!: string;
}
