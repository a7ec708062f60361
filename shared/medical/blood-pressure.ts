import { GraphQLScalarType, Kind } from 'graphql';
import { refuseValue } from './refusal.ts';
import { type TextTransformer, textTransformer } from './text-transformer.ts';

export interface BloodPressureValue {
  /** mmHg, 40 to 300, more than the diastolic one. */
  readonly systolic: number;
  /** mmHg, 20 to 200. */
  readonly diastolic: number;
}

const EXAMPLE = '120/80 mmHg, 40 – 300 / 20 – 200';

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/** `120/80 mmHg`. @throws AppError VALIDATION_FAILED for numbers that are no blood pressure of a living person */
export function bloodPressureText({ systolic, diastolic }: BloodPressureValue): string {
  const isPressure = isWithin(systolic, 40, 300) && isWithin(diastolic, 20, 200) && systolic > diastolic;
  if (!isPressure) refuseValue('bloodPressure', EXAMPLE);
  return `${systolic}/${diastolic} mmHg`;
}

/** The pressures in text such as `120/80 mmHg`. @throws AppError VALIDATION_FAILED */
export function parseBloodPressure(text: string): BloodPressureValue {
  const [, systolic = '', diastolic = ''] = /^([1-9]\d{1,2})\/([1-9]\d{1,2}) mmHg$/.exec(text) ?? [];
  const value = { systolic: Number(systolic), diastolic: Number(diastolic) };
  bloodPressureText(value);
  return value;
}

/** Systolic and diastolic pressure inside, text outside. */
export const BloodPressure = new GraphQLScalarType<BloodPressureValue, string>({
  name: 'BloodPressure',
  description:
    'Systolic over diastolic pressure, `120/80 mmHg`: whole numbers, 40 to 300 over 20 to 200, the first one the ' +
    'greater. 血压',
  serialize: (value) => bloodPressureText(value as BloodPressureValue),
  parseValue: (value) => parseBloodPressure(typeof value === 'string' ? value : ''),
  parseLiteral: (node) => parseBloodPressure(node.kind === Kind.STRING ? node.value : ''),
});

/** Blood pressures in a column of text, `120/80 mmHg`. */
export const bloodPressureColumn: TextTransformer<BloodPressureValue> = textTransformer(
  bloodPressureText,
  parseBloodPressure,
);
