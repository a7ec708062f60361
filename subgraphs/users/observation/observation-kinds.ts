import { registerEnumType } from 'type-graphql';
import type { Substance } from '../../../shared/medical/units.ts';

export enum ObservationKind {
  BLOOD_PRESSURE = 'BLOOD_PRESSURE',
  BLOOD_GLUCOSE = 'BLOOD_GLUCOSE',
  HEART_RATE = 'HEART_RATE',
  BODY_WEIGHT = 'BODY_WEIGHT',
  BODY_TEMPERATURE = 'BODY_TEMPERATURE',
  OXYGEN_SATURATION = 'OXYGEN_SATURATION',
}

registerEnumType(ObservationKind, {
  name: 'ObservationKind',
  description: 'What is measured. 监测项目',
  valuesConfig: {
    BLOOD_PRESSURE: { description: '血压' },
    BLOOD_GLUCOSE: { description: '血糖' },
    HEART_RATE: { description: '心率' },
    BODY_WEIGHT: { description: '体重' },
    BODY_TEMPERATURE: { description: '体温' },
    OXYGEN_SATURATION: { description: 'By pulse oximetry (SpO2). 血氧饱和度' },
  },
});

export enum ObservationContext {
  FASTING = 'FASTING',
  POSTPRANDIAL = 'POSTPRANDIAL',
  RANDOM = 'RANDOM',
  HOME = 'HOME',
  OFFICE = 'OFFICE',
}

registerEnumType(ObservationContext, {
  name: 'ObservationContext',
  description: 'In which situation a value was taken, where the reference differs by it. 测量情境',
  valuesConfig: {
    FASTING: { description: 'Glucose at least eight hours after a meal. 空腹' },
    POSTPRANDIAL: { description: 'Glucose two hours after a meal. 餐后2小时' },
    RANDOM: { description: 'Glucose at any other time; what is assumed. 随机' },
    HOME: { description: 'Blood pressure at home; what is assumed. 家庭自测' },
    OFFICE: { description: 'Blood pressure taken by medical staff. 诊室测量' },
  },
});

export enum ObservationPart {
  VALUE = 'VALUE',
  SYSTOLIC = 'SYSTOLIC',
  DIASTOLIC = 'DIASTOLIC',
}

registerEnumType(ObservationPart, {
  name: 'ObservationPart',
  description: 'Which number of an observation it is. 数值类别',
  valuesConfig: {
    VALUE: { description: 'The only one. 单一数值' },
    SYSTOLIC: { description: '收缩压' },
    DIASTOLIC: { description: '舒张压' },
  },
});

export interface PartSpec {
  readonly part: ObservationPart;
  readonly loinc: string;
  readonly zh: string;
  readonly en: string;
  /** Least and most that is believed, in the canonical unit: beyond it the device or the hand was wrong. */
  readonly plausible: readonly [number, number];
}

export interface KindSpec {
  /** Code of the whole; that of the only part where there is one. */
  readonly loinc: string;
  readonly zh: string;
  readonly en: string;
  /** UCUM code of the unit in which values are kept. */
  readonly unit: string;
  /** UCUM codes of the units that are accepted. */
  readonly units: readonly string[];
  /** To how many decimals a converted value is rounded. */
  readonly decimals: number;
  /** Those that make sense; the first one is assumed. */
  readonly contexts: readonly ObservationContext[];
  readonly substance?: Substance;
  readonly parts: readonly PartSpec[];
}

type Single = Omit<KindSpec, 'parts'> & Pick<PartSpec, 'plausible'>;

const single = ({ plausible, ...spec }: Single): KindSpec => ({
  ...spec,
  parts: [{ part: ObservationPart.VALUE, loinc: spec.loinc, zh: spec.zh, en: spec.en, plausible }],
});

/** Everything that differs by what is measured. Codes: LOINC 2.77; blood pressure as FHIR's profile of vital signs. */
export const KINDS: Readonly<Record<ObservationKind, KindSpec>> = {
  [ObservationKind.BLOOD_PRESSURE]: {
    loinc: '85354-9',
    zh: '血压',
    en: 'Blood pressure',
    unit: 'mm[Hg]',
    units: ['mm[Hg]', 'kPa'],
    decimals: 0,
    contexts: [ObservationContext.HOME, ObservationContext.OFFICE],
    parts: [
      {
        part: ObservationPart.SYSTOLIC,
        loinc: '8480-6',
        zh: '收缩压',
        en: 'Systolic blood pressure',
        plausible: [40, 300],
      },
      {
        part: ObservationPart.DIASTOLIC,
        loinc: '8462-4',
        zh: '舒张压',
        en: 'Diastolic blood pressure',
        plausible: [20, 200],
      },
    ],
  },
  [ObservationKind.BLOOD_GLUCOSE]: single({
    loinc: '15074-8',
    zh: '血糖',
    en: 'Glucose',
    unit: 'mmol/L',
    units: ['mmol/L', 'mg/dL'],
    decimals: 2,
    contexts: [ObservationContext.RANDOM, ObservationContext.FASTING, ObservationContext.POSTPRANDIAL],
    substance: 'glucose',
    plausible: [0.6, 55],
  }),
  [ObservationKind.HEART_RATE]: single({
    loinc: '8867-4',
    zh: '心率',
    en: 'Heart rate',
    unit: '/min',
    units: ['/min'],
    decimals: 0,
    contexts: [],
    plausible: [20, 300],
  }),
  [ObservationKind.BODY_WEIGHT]: single({
    loinc: '29463-7',
    zh: '体重',
    en: 'Body weight',
    unit: 'kg',
    units: ['kg', 'g', '[lb_av]'],
    decimals: 2,
    contexts: [],
    plausible: [0.3, 500],
  }),
  [ObservationKind.BODY_TEMPERATURE]: single({
    loinc: '8310-5',
    zh: '体温',
    en: 'Body temperature',
    unit: 'Cel',
    units: ['Cel', '[degF]'],
    decimals: 1,
    contexts: [],
    plausible: [25, 45],
  }),
  [ObservationKind.OXYGEN_SATURATION]: single({
    loinc: '59408-5',
    zh: '血氧饱和度',
    en: 'Oxygen saturation by pulse oximetry',
    unit: '%',
    units: ['%'],
    decimals: 0,
    contexts: [],
    plausible: [40, 100],
  }),
};
