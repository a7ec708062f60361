import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Quantity, QuantityInput, quantityWithin } from '../../../shared/medical/quantity.ts';
import { refuseValue } from '../../../shared/medical/refusal.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import type { HealthArchive } from './archive.entity.ts';
import { ChildPugh } from './child-pugh.ts';

export enum Ascites {
  NONE = 'NONE',
  MILD = 'MILD',
  SEVERE = 'SEVERE',
}

registerEnumType(Ascites, {
  name: 'Ascites',
  description: 'Fluid in the abdomen. 腹水',
  valuesConfig: {
    NONE: { description: '无' },
    MILD: { description: 'Slight, or held by diuretics. 轻度' },
    SEVERE: { description: 'Moderate to severe, or against diuretics. 中重度' },
  },
});

export enum Encephalopathy {
  NONE = 'NONE',
  MILD = 'MILD',
  SEVERE = 'SEVERE',
}

registerEnumType(Encephalopathy, {
  name: 'Encephalopathy',
  description: 'Disturbance of the brain by the liver. 肝性脑病',
  valuesConfig: {
    NONE: { description: '无' },
    MILD: { description: 'Grade 1 or 2. 1–2期' },
    SEVERE: { description: 'Grade 3 or 4. 3–4期' },
  },
});

/** The five things that the score of Child and Pugh is made of. */
export interface LiverAssessment {
  /** Total bilirubin in serum, µmol/L. */
  readonly bilirubin: Quantity;
  /** Albumin in serum, g/L. */
  readonly albumin: Quantity;
  /** International normalised ratio of clotting. */
  readonly inr: number;
  readonly ascites: Ascites;
  readonly encephalopathy: Encephalopathy;
  readonly assessedOn: string;
}

@ObjectType({ description: 'Function of the liver by its five components. 肝功能评估' })
export class LiverFunction implements LiverAssessment {
  @Field(() => Quantity, { description: 'Total bilirubin in serum, µmol/L. 总胆红素' })
  bilirubin!: Quantity;

  @Field(() => Quantity, { description: 'Albumin in serum, g/L. 白蛋白' })
  albumin!: Quantity;

  @Field(() => Float, { description: 'International normalised ratio. 国际标准化比值' })
  inr!: number;

  @Field(() => Ascites, { description: 'Fluid in the abdomen. 腹水' })
  ascites!: Ascites;

  @Field(() => Encephalopathy, { description: 'Disturbance of the brain. 肝性脑病' })
  encephalopathy!: Encephalopathy;

  @Field(() => CalendarDate, { description: 'When it was assessed. 评估日期' })
  assessedOn!: string;

  @Field(() => Int, { description: 'Score of Child and Pugh, 5 to 15. Child-Pugh 评分' })
  childPughScore!: number;

  @Field(() => ChildPugh, { description: 'The class of that score. Child-Pugh 分级' })
  childPugh!: ChildPugh;
}

@InputType({ description: 'The five components of the score of Child and Pugh. 肝功能评估' })
export class LiverFunctionInput {
  @Field(() => QuantityInput, { description: 'Total bilirubin, `umol/L` or `mg/dL`. 总胆红素' })
  bilirubin!: QuantityInput;

  @Field(() => QuantityInput, { description: 'Albumin, `g/L` or `g/dL`. 白蛋白' })
  albumin!: QuantityInput;

  @Field(() => Float, { description: 'International normalised ratio, 0.5 to 20. 国际标准化比值' })
  inr!: number;

  @Field(() => Ascites, { description: 'Fluid in the abdomen. 腹水' })
  ascites!: Ascites;

  @Field(() => Encephalopathy, { description: 'Disturbance of the brain. 肝性脑病' })
  encephalopathy!: Encephalopathy;

  @Field(() => CalendarDate, { nullable: true, description: 'When; today if not given. 评估日期' })
  assessedOn?: string | null;
}

/** An assessment in the units that are kept. @param day on which it was made @throws AppError VALIDATION_FAILED */
export function liverAssessmentOf(input: LiverFunctionInput, day: string): LiverAssessment {
  const field = 'liverFunction';
  const bilirubin = quantityWithin(`${field}.bilirubin`, input.bilirubin, 'umol/L', [0.1, 1500], 'bilirubin');
  const albumin = quantityWithin(`${field}.albumin`, input.albumin, 'g/L', [5, 80]);
  const { inr, ascites, encephalopathy } = input;
  // A comparison that is false for NaN too.
  if (!(inr >= 0.5 && inr <= 20)) refuseValue(`${field}.inr`, '0.5 – 20');
  return { bilirubin, albumin, inr, ascites, encephalopathy, assessedOn: day };
}

const GRADES = { NONE: 1, MILD: 2, SEVERE: 3 } as const;

/**
 * The score with its class: 5–6 A, 7–9 B, 10–15 C (Pugh et al., Br J Surg 1973;60:646-9, with the INR in the place
 * of the prothrombin time; bilirubin 34 and 50 µmol/L, albumin 35 and 28 g/L, INR 1.7 and 2.3).
 */
export function childPughOf(assessment: LiverAssessment): LiverFunction {
  const { bilirubin, albumin, inr, ascites, encephalopathy } = assessment;
  const points = [
    between(bilirubin.value, 34, 50),
    albumin.value > 35 ? 1 : 2 + Number(albumin.value < 28),
    between(inr, 1.7, 2.3),
    GRADES[ascites],
    GRADES[encephalopathy],
  ];
  const childPughScore = points.reduce((sum, each) => sum + each, 0);
  const worse = childPughScore <= 9 ? ChildPugh.B : ChildPugh.C;
  return { ...assessment, childPughScore, childPugh: childPughScore <= 6 ? ChildPugh.A : worse };
}

/** The class that holds: the one that was recorded, else that of the assessment. Null if not known. */
export function childPughClassOf({
  childPugh,
  liver,
}: Pick<HealthArchive, 'childPugh' | 'liver'>): ChildPugh | null {
  return childPugh ?? (liver && childPughOf(liver).childPugh);
}

/** One point below the first limit, two up to the second one, three above it. */
function between(value: number, first: number, second: number): number {
  return value < first ? 1 : 2 + Number(value > second);
}
