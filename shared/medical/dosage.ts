import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { parseQuantity, Quantity, QuantityInput, quantityOf, quantityText } from './quantity.ts';
import { refuseValue } from './refusal.ts';
import { type TextTransformer, textTransformer } from './text-transformer.ts';
import { unitOf } from './units.ts';

/** The values are the abbreviations of prescriptions, as the canonical text has them. */
export enum DoseFrequency {
  QD = 'qd',
  BID = 'bid',
  TID = 'tid',
  QID = 'qid',
  QN = 'qn',
  QOD = 'qod',
  QW = 'qw',
  BIW = 'biw',
  Q4H = 'q4h',
  Q6H = 'q6h',
  Q8H = 'q8h',
  Q12H = 'q12h',
  PRN = 'prn',
  ONCE = 'st',
}

registerEnumType(DoseFrequency, {
  name: 'DoseFrequency',
  description: 'How often a dose is taken. 用药频次',
  valuesConfig: {
    QD: { description: 'Once a day (qd). 每日一次' },
    BID: { description: 'Twice a day (bid). 每日两次' },
    TID: { description: 'Three times a day (tid). 每日三次' },
    QID: { description: 'Four times a day (qid). 每日四次' },
    QN: { description: 'Every night (qn). 每晚一次' },
    QOD: { description: 'Every other day (qod). 隔日一次' },
    QW: { description: 'Once a week (qw). 每周一次' },
    BIW: { description: 'Twice a week (biw). 每周两次' },
    Q4H: { description: 'Every four hours (q4h). 每4小时一次' },
    Q6H: { description: 'Every six hours (q6h). 每6小时一次' },
    Q8H: { description: 'Every eight hours (q8h). 每8小时一次' },
    Q12H: { description: 'Every twelve hours (q12h). 每12小时一次' },
    PRN: { description: 'When needed (prn). 必要时' },
    ONCE: { description: 'Once, now (st). 立即一次' },
  },
});

export enum MedicationRoute {
  ORAL = 'po',
  SUBLINGUAL = 'sl',
  INHALED = 'inh',
  TOPICAL = 'top',
  OPHTHALMIC = 'oph',
  NASAL = 'nas',
  RECTAL = 'pr',
  SUBCUTANEOUS = 'ih',
  INTRAMUSCULAR = 'im',
  INTRAVENOUS = 'iv',
}

registerEnumType(MedicationRoute, {
  name: 'MedicationRoute',
  description: 'How a medicine gets into the body. 给药途径',
  valuesConfig: {
    ORAL: { description: '口服' },
    SUBLINGUAL: { description: '舌下含服' },
    INHALED: { description: '吸入' },
    TOPICAL: { description: '外用' },
    OPHTHALMIC: { description: '滴眼' },
    NASAL: { description: '滴鼻或喷鼻' },
    RECTAL: { description: '直肠给药' },
    SUBCUTANEOUS: { description: '皮下注射' },
    INTRAMUSCULAR: { description: '肌内注射' },
    INTRAVENOUS: { description: '静脉给药' },
  },
});

@ObjectType({ description: 'How much of a medicine, how often and by which way. 用法用量' })
export class Dosage {
  @Field(() => Quantity, { description: 'One dose. 单次剂量' })
  dose!: Quantity;

  @Field(() => DoseFrequency, { description: 'How often. 频次' })
  frequency!: DoseFrequency;

  @Field(() => MedicationRoute, { description: 'By which way. 给药途径' })
  route!: MedicationRoute;
}

@InputType({ description: 'How much of a medicine, how often and by which way. 用法用量' })
export class DosageInput {
  @Field(() => QuantityInput, {
    description: 'One dose, in a unit of mass, volume, activity or pieces. 单次剂量',
  })
  dose!: QuantityInput;

  @Field(() => DoseFrequency, { description: 'How often. 频次' })
  frequency!: DoseFrequency;

  @Field(() => MedicationRoute, { description: 'By which way. 给药途径' })
  route!: MedicationRoute;
}

const DOSED_BY: ReadonlySet<string> = new Set(['mass', 'volume', 'activity', 'pieces']);
const FREQUENCIES = new Map<string, DoseFrequency>(Object.values(DoseFrequency).map((each) => [each, each]));
const ROUTES = new Map<string, MedicationRoute>(Object.values(MedicationRoute).map((each) => [each, each]));

/** A dosage with a dose that can be taken. @throws AppError VALIDATION_FAILED */
export function dosageOf(field: string, { dose, frequency, route }: DosageInput): Dosage {
  const checked = quantityOf(`${field}.dose`, dose);
  if (!(checked.value > 0)) refuseValue(`${field}.dose.value`, '> 0');
  if (!DOSED_BY.has(unitOf(checked.unit)?.kind ?? ''))
    refuseValue(`${field}.dose.unit`, [...DOSED_BY].join(', '));
  return Object.assign(new Dosage(), { dose: checked, frequency, route });
}

/** `500 mg tid po`. */
export function dosageText({ dose, frequency, route }: Dosage): string {
  return `${quantityText(dose)} ${frequency} ${route}`;
}

/** The dosage of {@link dosageText}. @throws AppError VALIDATION_FAILED */
export function parseDosage(field: string, text: string): Dosage {
  const [value = '', unit = '', often = '', way = '', ...rest] = text.split(' ');
  const [frequency, route] = [FREQUENCIES.get(often), ROUTES.get(way)];
  if (frequency === undefined || route === undefined || rest.length > 0)
    return refuseValue(field, '500 mg tid po');
  return dosageOf(field, { dose: parseQuantity(`${field}.dose`, `${value} ${unit}`), frequency, route });
}

/** Dosages in a column of text, `500 mg tid po`. */
export const dosageColumn: TextTransformer<Dosage> = textTransformer(dosageText, (text) =>
  parseDosage('dosage', text),
);
