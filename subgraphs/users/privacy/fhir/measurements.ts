import type { CodeableConcept, Observation, Patient, Quantity } from '@medplum/fhirtypes';
import { coded, LOINC, referenceTo, UCUM } from './links.ts';
import type { RowOf } from './rows.ts';

type Archive = RowOf<'healthArchives'>;
type Category = 'vital-signs' | 'laboratory' | 'survey' | 'exam';

/** LOINC 2.77. The eGFR's formula is not known, so its code is the one that names none. */
const WEIGHT = coded(LOINC, '29463-7', '体重');
const HEIGHT = coded(LOINC, '8302-2', '身高');
const EGFR = coded(LOINC, '69405-9', '估算肾小球滤过率');
const PREGNANCY = coded(LOINC, '82810-3', '妊娠状态');

const SNOMED = 'http://snomed.info/sct';
const PREGNANCIES: Readonly<Record<string, CodeableConcept>> = {
  PREGNANT: coded(SNOMED, '77386006', '妊娠'),
  NOT_PREGNANT: coded(SNOMED, '60001007', '未妊娠'),
};

const SERIES: Readonly<Record<string, readonly [code: CodeableConcept, category: Category]>> = {
  BLOOD_PRESSURE: [coded(LOINC, '85354-9', '血压'), 'vital-signs'],
  BLOOD_GLUCOSE: [coded(LOINC, '15074-8', '血糖'), 'laboratory'],
  HEART_RATE: [coded(LOINC, '8867-4', '心率'), 'vital-signs'],
  BODY_WEIGHT: [WEIGHT, 'vital-signs'],
  BODY_TEMPERATURE: [coded(LOINC, '8310-5', '体温'), 'vital-signs'],
  OXYGEN_SATURATION: [coded(LOINC, '2708-6', '血氧饱和度'), 'vital-signs'],
};

const quantity = (value: number, code: string): Quantity => ({ value, unit: code, system: UCUM, code });

const observation = (
  patientId: string,
  at: string,
  code: CodeableConcept,
  category: Category,
): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] },
  ],
  code,
  subject: referenceTo<Patient>(patientId),
  effectiveDateTime: at,
});

interface Fact {
  readonly name: string;
  readonly code: CodeableConcept;
  readonly category: Category;
  /** Undefined where it is not known. */
  readonly value: (archive: Archive) => Partial<Observation> | undefined;
}

const numeric = (value: number | null, unit: string) =>
  value === null ? undefined : { valueQuantity: quantity(value, unit) };

const FACTS: readonly Fact[] = [
  { name: 'weight', code: WEIGHT, category: 'vital-signs', value: ({ weightKg }) => numeric(weightKg, 'kg') },
  { name: 'height', code: HEIGHT, category: 'vital-signs', value: ({ heightCm }) => numeric(heightCm, 'cm') },
  {
    name: 'egfr',
    code: EGFR,
    category: 'laboratory',
    value: ({ egfr }) => numeric(egfr, 'mL/min/{1.73_m2}'),
  },
  {
    name: 'child-pugh',
    code: { text: '肝功能 Child-Pugh 分级' },
    category: 'exam',
    value: ({ childPugh }) =>
      childPugh === null ? undefined : { valueCodeableConcept: { text: childPugh } },
  },
  {
    name: 'pregnancy',
    code: PREGNANCY,
    category: 'survey',
    value: ({ pregnancy }) => {
      const state = PREGNANCIES[pregnancy];
      return state && { valueCodeableConcept: state };
    },
  },
  {
    name: 'lactation',
    code: { text: '哺乳' },
    category: 'survey',
    value: ({ isLactating }) => (isLactating === null ? undefined : { valueBoolean: Boolean(isLactating) }),
  },
];

/**
 * What a version of an archive says in numbers and grades, where the one before did not say the same: by names that
 * are unique in the version.
 */
export function archiveFacts(archive: Archive, before: Archive | undefined): [string, Observation][] {
  return FACTS.flatMap(({ name, code, category, value }) => {
    const said = value(archive);
    const isNew = JSON.stringify(said) !== JSON.stringify(before && value(before));
    if (said === undefined || !isNew) return [];
    return [[name, { ...observation(archive.patientId, archive.updatedAt, code, category), ...said }]];
  });
}

/** One measured value of a series. */
export function measurementOf(row: RowOf<'observations'>): Observation {
  const [code, category] = SERIES[row.kind] ?? [{ text: row.kind }, 'exam'];
  const made = {
    ...observation(row.patientId, row.takenAt, code, category),
    status: row.status === 'FINAL' ? 'final' : 'entered-in-error',
    ...(row.note !== null && { note: [{ text: row.note }] }),
  } as const;
  const [, first = '', second, unit = ''] = /^(-?[\d.]+)(?:\/([\d.]+))? (\S+)$/.exec(row.value) ?? [];
  const ucum = unit === 'mmHg' ? 'mm[Hg]' : unit;
  if (first === '') return { ...made, valueString: row.value };
  if (second === undefined) return { ...made, valueQuantity: quantity(Number(first), ucum) };
  return {
    ...made,
    component: [
      { code: coded(LOINC, '8480-6', '收缩压'), valueQuantity: quantity(Number(first), ucum) },
      { code: coded(LOINC, '8462-4', '舒张压'), valueQuantity: quantity(Number(second), ucum) },
    ],
  };
}
