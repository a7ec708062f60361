/** One line of a prescription as the checks see it. */
export interface CheckedLine {
  readonly lineId: string;
  readonly skuId: string;
  /** Of the product, split up; empty where the catalogue knows none. */
  readonly ingredients: readonly CheckedIngredient[];
  /** As the label says: `0.25g`, `100ml:2g`, `100μg/揿`. */
  readonly strength: string;
  /** The smallest unit that is taken: 片, 粒, 支, ml. */
  readonly unit: string;
  readonly isPrescription: boolean;
  /** One dose: a decimal number and its unit. */
  readonly doseValue: string;
  readonly doseUnit: string;
  readonly timesPerDay: number;
  readonly days: number;
}

export interface CheckedIngredient {
  /** Empty where it has none, as herbs. */
  readonly atc: string;
  /** In one unit of the product, where the catalogue says it. */
  readonly milligrams: number | null;
}

/** What the checks ask about a patient; null, UNKNOWN or an empty code is what nobody has recorded. */
export interface PatientFacts {
  readonly sex: 'MALE' | 'FEMALE' | 'UNKNOWN';
  /** `1990-05-01`. */
  readonly birthDate: string | null;
  readonly allergies: readonly Allergy[];
  /** ICD-10 codes: those of the archive and of the consultation. */
  readonly diagnosisCodes: readonly string[];
  readonly medications: readonly { readonly substance: string; readonly name: string }[];
  readonly pregnancy: 'UNKNOWN' | 'NOT_PREGNANT' | 'PREGNANT';
  readonly pregnancyWeeks: number | null;
  readonly isLactating: boolean | null;
  /** mL/min/1.73m². */
  readonly egfr: number | null;
  readonly childPugh: 'A' | 'B' | 'C' | null;
  /** Nobody ever wrote into the archive, so that an empty list in it says nothing. */
  readonly isArchiveEmpty: boolean;
}

export interface Allergy {
  /** ATC code, or the beginning of one where a whole group is meant. */
  readonly substance: string;
  readonly name: string;
  readonly severity: 'MILD' | 'MODERATE' | 'SEVERE' | null;
}

/** A prescription with whom it is for, and the day: everything a check looks at. */
export interface SafetyCase {
  readonly lines: readonly CheckedLine[];
  readonly patient: PatientFacts;
  /** The business day, `2026-11-24`. */
  readonly today: string;
}
