import { Field, Float, InputType, ObjectType } from 'type-graphql';
import { refuseValue } from './refusal.ts';
import { type TextTransformer, textTransformer } from './text-transformer.ts';
import { knownUnits, MOLAR_MASS, type Substance, type Unit, unitOf } from './units.ts';

const MOST = 1e9;
const DECIMALS = 6;
const NUMBER = /^-?\d{1,9}(\.\d{1,6})?$/;

@ObjectType({ description: 'A number with its unit. 带单位的数值' })
export class Quantity {
  @Field(() => Float, { description: 'How many, six decimals at most. 数值' })
  value!: number;

  @Field(() => String, { description: 'UCUM code, such as `mmol/L`, `kg` or `mm[Hg]`. 单位' })
  unit!: string;
}

@InputType({ description: 'A number with its unit. 带单位的数值' })
export class QuantityInput {
  @Field(() => Float, { description: 'How many, six decimals at most. 数值' })
  value!: number;

  @Field(() => String, { description: 'UCUM code, such as `mmol/L`, `kg` or `mm[Hg]`. 单位' })
  unit!: string;
}

/**
 * A quantity whose number can be written out and whose unit is known.
 * @param field names it in the error. @throws AppError VALIDATION_FAILED
 */
export function quantityOf(field: string, { value, unit }: QuantityInput): Quantity {
  if (unitOf(unit) === undefined) refuseValue(`${field}.unit`, `UCUM: ${knownUnits.join(' ')}`);
  const isWritable = Number.isFinite(value) && Math.abs(value) < MOST && rounded(value) === value;
  if (!isWritable) refuseValue(`${field}.value`, `-1e9 – 1e9, ${DECIMALS} decimals`);
  // There is no minus zero in text.
  return Object.assign(new Quantity(), { value: value === 0 ? 0 : value, unit });
}

/** `5.6 mmol/L`, without an exponent. */
export function quantityText({ value, unit }: Quantity): string {
  return `${plainNumber(value)} ${unit}`;
}

/** The quantity of {@link quantityText}. @throws AppError VALIDATION_FAILED */
export function parseQuantity(field: string, text: string): Quantity {
  const [number = '', unit = '', ...rest] = text.split(' ');
  if (!NUMBER.test(number) || rest.length > 0) refuseValue(field, '5.6 mmol/L');
  return quantityOf(field, { value: Number(number), unit });
}

/**
 * The same quantity in another unit, rounded to six decimals.
 * @param substance of what it is: needed between amounts of substance and masses (mmol/L and mg/dL)
 * @throws AppError VALIDATION_FAILED for units that do not measure the same
 */
export function converted(field: string, quantity: Quantity, unit: string, substance?: Substance): Quantity {
  if (unit === quantity.unit) return quantity;
  const [from, to] = [unitOf(quantity.unit), unitOf(unit)];
  const value = from && to && inUnit(quantity.value, from, to, substance);
  if (value === undefined) return refuseValue(field, `${quantity.unit} → ${unit}`);
  return quantityOf(field, { value: rounded(value), unit });
}

/**
 * A measured quantity in the unit in which it is kept.
 * @param limits least and most, in that unit @throws AppError VALIDATION_FAILED
 */
export function quantityWithin(
  field: string,
  input: QuantityInput,
  unit: string,
  [least, most]: readonly [number, number],
  substance?: Substance,
): Quantity {
  const quantity = converted(field, quantityOf(field, input), unit, substance);
  const isWithin = quantity.value >= least && quantity.value <= most;
  return isWithin ? quantity : refuseValue(field, `${least} – ${most} ${unit}`);
}

function inUnit(value: number, from: Unit, to: Unit, substance: Substance | undefined): number | undefined {
  if (from.factor === null || to.factor === null) return undefined;
  const base = value * from.factor + (from.offset ?? 0);
  if (from.kind === to.kind) return (base - (to.offset ?? 0)) / to.factor;
  if (substance === undefined) return undefined;
  // Millimoles per litre and grams per litre.
  const gramsPerMillimole = MOLAR_MASS[substance] / 1000;
  if (from.kind === 'substance concentration' && to.kind === 'mass concentration')
    return (base * gramsPerMillimole) / to.factor;
  if (from.kind === 'mass concentration' && to.kind === 'substance concentration')
    return base / gramsPerMillimole / to.factor;
  return undefined;
}

function rounded(value: number): number {
  return Number(value.toFixed(DECIMALS));
}

function plainNumber(value: number): string {
  return value.toFixed(DECIMALS).replace(/\.?0+$/, '');
}

/** Quantities in a column of text, `5.6 mmol/L`. */
export const quantityColumn: TextTransformer<Quantity> = textTransformer(quantityText, (text) =>
  parseQuantity('quantity', text),
);
