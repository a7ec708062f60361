/** What a unit measures; units of one kind are converted into each other by numbers alone. */
type Kind =
  | 'mass'
  | 'length'
  | 'volume'
  | 'pressure'
  | 'temperature'
  | 'rate'
  | 'ratio'
  | 'substance concentration'
  | 'mass concentration'
  | 'clearance'
  | 'normalised clearance'
  | 'activity'
  | 'pieces';

export interface Unit {
  readonly kind: Kind;
  /** How many of the kind's first unit one of it is; pieces are of different sizes and have none. */
  readonly factor: number | null;
  /** Added after multiplying: degrees begin at different points. */
  readonly offset?: number;
}

/**
 * The units that are known, by their case-sensitive UCUM codes (https://ucum.org, annotations in braces). Pounds are
 * international avoirdupois pounds; a millimetre of mercury is 133.322 Pa, as UCUM has it.
 */
const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['kg', { kind: 'mass', factor: 1 }],
  ['g', { kind: 'mass', factor: 1e-3 }],
  ['mg', { kind: 'mass', factor: 1e-6 }],
  ['ug', { kind: 'mass', factor: 1e-9 }],
  ['[lb_av]', { kind: 'mass', factor: 0.45359237 }],
  ['m', { kind: 'length', factor: 1 }],
  ['cm', { kind: 'length', factor: 0.01 }],
  ['[in_i]', { kind: 'length', factor: 0.0254 }],
  ['L', { kind: 'volume', factor: 1 }],
  ['mL', { kind: 'volume', factor: 1e-3 }],
  ['mm[Hg]', { kind: 'pressure', factor: 1 }],
  ['kPa', { kind: 'pressure', factor: 1 / 0.133322 }],
  ['Cel', { kind: 'temperature', factor: 1 }],
  ['[degF]', { kind: 'temperature', factor: 5 / 9, offset: -160 / 9 }],
  ['/min', { kind: 'rate', factor: 1 }],
  ['%', { kind: 'ratio', factor: 0.01 }],
  ['1', { kind: 'ratio', factor: 1 }],
  ['mmol/L', { kind: 'substance concentration', factor: 1 }],
  ['umol/L', { kind: 'substance concentration', factor: 1e-3 }],
  ['g/L', { kind: 'mass concentration', factor: 1 }],
  ['g/dL', { kind: 'mass concentration', factor: 10 }],
  ['mg/dL', { kind: 'mass concentration', factor: 0.01 }],
  ['mL/min', { kind: 'clearance', factor: 1 }],
  ['mL/min/{1.73_m2}', { kind: 'normalised clearance', factor: 1 }],
  ['[iU]', { kind: 'activity', factor: 1 }],
  ['{tablet}', { kind: 'pieces', factor: null }],
  ['{capsule}', { kind: 'pieces', factor: null }],
  ['{sachet}', { kind: 'pieces', factor: null }],
  ['{puff}', { kind: 'pieces', factor: null }],
  ['[drp]', { kind: 'pieces', factor: null }],
]);

/** The unit of a UCUM code, undefined if it is not among those that are known. */
export function unitOf(code: string): Unit | undefined {
  return UNITS.get(code);
}

export const knownUnits: readonly string[] = [...UNITS.keys()];

/** Grams per mole, between the two ways to say how much of a substance is in the blood (PubChem). */
export const MOLAR_MASS = { glucose: 180.156, creatinine: 113.12, bilirubin: 584.66 } as const;

export type Substance = keyof typeof MOLAR_MASS;
