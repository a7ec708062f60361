import { createHash } from 'node:crypto';
import { instantOf } from '../../../shared/clock/business-day.ts';
import { bloodPressureText, parseBloodPressure } from '../../../shared/medical/blood-pressure.ts';
import { converted, parseQuantity, quantityOf, quantityText } from '../../../shared/medical/quantity.ts';
import type { ObservationItemInput } from './observation.inputs.ts';
import { KINDS, type KindSpec, ObservationKind, type PartSpec } from './observation-kinds.ts';
import type { Observation } from './observation.entity.ts';
import { ObservationRefusal as R, type RefusalParams } from './refusals.ts';

/** How far the clock of a device may be ahead of ours. */
const CLOCK_SKEW_MS = 5 * 60_000;
const LONGEST_NOTE = 200;
const LONGEST_CLIENT_ID = 64;

/** What is kept of an item. */
export type CheckedItem = Pick<
  Observation,
  'kind' | 'takenAt' | 'value' | 'asEntered' | 'context' | 'note' | 'clientKey'
>;

/** Why an item is not kept. */
export class Refused {
  readonly refusal: R;
  readonly params: RefusalParams;

  constructor(refusal: R, params: RefusalParams = {}) {
    this.refusal = refusal;
    this.params = params;
  }
}

interface Circumstances {
  readonly deviceId: string | null;
  readonly birthDate: string;
  readonly now: Date;
}

/** Checks one item of a batch by itself, and puts its value into the unit of its kind. */
export function checkItem(
  item: ObservationItemInput,
  { deviceId, birthDate, now }: Circumstances,
): CheckedItem | Refused {
  const { kind, takenAt } = item;
  const { contexts } = KINDS[kind];
  const clientId = item.clientId ?? null;
  const note = item.note?.trim() ?? '';
  const context = item.context ?? contexts[0] ?? null;
  if (clientId?.trim() === '' || (clientId?.length ?? 0) > LONGEST_CLIENT_ID)
    return new Refused(R.CLIENT_ID_INVALID);
  if (note.length > LONGEST_NOTE || /[^\P{Cc}\n]/u.test(note))
    return new Refused(R.NOTE_INVALID, { most: LONGEST_NOTE });
  if (takenAt.getTime() > now.getTime() + CLOCK_SKEW_MS) return new Refused(R.IN_THE_FUTURE);
  if (takenAt < instantOf(birthDate, '00:00')) return new Refused(R.BEFORE_BIRTH);
  if (context !== null && !contexts.includes(context)) {
    return new Refused(R.CONTEXT_NOT_APPLICABLE, { contexts: contexts.join(', ') || '-' });
  }
  const measured = valueOf(item);
  if (measured instanceof Refused) return measured;
  const clientKey = keyOf(deviceId, kind, clientId ?? takenAt.toISOString());
  return { kind, takenAt, context, note: note || null, clientKey, ...measured };
}

/** The numbers of an observation's value, in the order of the kind's parts. */
export function numbersOf(kind: ObservationKind, value: string): number[] {
  if (kind !== ObservationKind.BLOOD_PRESSURE) return [parseQuantity('value', value).value];
  const { systolic, diastolic } = parseBloodPressure(value);
  return [systolic, diastolic];
}

function valueOf(item: ObservationItemInput): Pick<CheckedItem, 'value' | 'asEntered'> | Refused {
  const spec = KINDS[item.kind];
  const { quantity, bloodPressure } = item;
  if (item.kind === ObservationKind.BLOOD_PRESSURE) {
    if (!bloodPressure || quantity) return new Refused(R.VALUE_MISSING, { field: 'bloodPressure' });
    const { systolic, diastolic, unit } = bloodPressure;
    const numbers = inCanonicalUnit(spec, [systolic, diastolic], unit);
    if (numbers instanceof Refused) return numbers;
    const [above = 0, below = 0] = numbers;
    if (above <= below) {
      const { plausible } = spec.parts[0] ?? { plausible: [0, 0] };
      const what = 'SYSTOLIC > DIASTOLIC / 收缩压 > 舒张压';
      return new Refused(R.VALUE_IMPLAUSIBLE, {
        what,
        least: plausible[0],
        most: plausible[1],
        unit: spec.unit,
      });
    }
    const asEntered = unit === spec.unit ? null : `${systolic}/${diastolic} ${unit}`;
    return { value: bloodPressureText({ systolic: above, diastolic: below }), asEntered };
  }
  if (!quantity || bloodPressure) return new Refused(R.VALUE_MISSING, { field: 'quantity' });
  const numbers = inCanonicalUnit(spec, [quantity.value], quantity.unit);
  if (numbers instanceof Refused) return numbers;
  const [value = 0] = numbers;
  const isAsItCame = quantity.unit === spec.unit && quantity.value === value;
  return {
    value: quantityText({ value, unit: spec.unit }),
    asEntered: isAsItCame ? null : `${quantity.value} ${quantity.unit}`,
  };
}

function inCanonicalUnit(spec: KindSpec, entered: readonly number[], unit: string): number[] | Refused {
  if (!spec.units.includes(unit)) return new Refused(R.UNIT_NOT_ACCEPTED, { units: spec.units.join(', ') });
  const numbers: number[] = [];
  for (const [index, part] of spec.parts.entries()) {
    const given = entered[index] ?? Number.NaN;
    // Far beyond everything believed, and so many decimals as can be written out.
    if (!(Math.abs(given) < 1e6)) return implausible(spec, part);
    const quantity = quantityOf('quantity', { value: Number(given.toFixed(6)), unit });
    const value = Number(
      converted('quantity', quantity, spec.unit, spec.substance).value.toFixed(spec.decimals),
    );
    const [least, most] = part.plausible;
    if (value < least || value > most) return implausible(spec, part);
    numbers.push(value);
  }
  return numbers;
}

function implausible({ unit }: KindSpec, { part, zh, plausible: [least, most] }: PartSpec): Refused {
  return new Refused(R.VALUE_IMPLAUSIBLE, { what: `${part}/${zh}`, least, most, unit });
}

function keyOf(deviceId: string | null, kind: ObservationKind, name: string): string {
  return createHash('sha256')
    .update(JSON.stringify([deviceId, kind, name]))
    .digest('hex');
}
