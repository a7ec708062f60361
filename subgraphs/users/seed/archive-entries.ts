import { CodeSystem, conceptOf } from '../../../shared/medical/coded-concept.ts';
import { DoseFrequency, MedicationRoute, dosageOf } from '../../../shared/medical/dosage.ts';
import {
  Allergy,
  type ArchiveEntry,
  CurrentMedication,
  type EntryClass,
  MedicalCondition,
} from '../archive/archive-entry.entity.ts';
import { AllergySeverity, AllergyStatus, FamilyRelation } from '../archive/archive-entry.types.ts';
import { FamilyHistory, Immunisation, Surgery } from '../archive/past-entry.entity.ts';

interface DemoEntry {
  /** Key of the account of the patient. */
  readonly of: string;
  readonly type: EntryClass<ArchiveEntry>;
  readonly prefix: string;
  readonly said: object;
}

function demo<T extends ArchiveEntry>(
  of: string,
  prefix: string,
  type: EntryClass<T>,
  said: Omit<T, keyof ArchiveEntry>,
): DemoEntry {
  return { of, type, prefix, said };
}

/** What stands in the archives of the demo patients, one of each kind at most. */
export const DEMO_ENTRIES: readonly DemoEntry[] = [
  demo('demo-patient-01', 'alg', Allergy, {
    substance: 'J01C',
    name: '青霉素类',
    reaction: '全身荨麻疹、呼吸困难',
    severity: AllergySeverity.SEVERE,
    status: AllergyStatus.CONFIRMED,
  }),
  demo('demo-patient-01', 'sur', Surgery, {
    name: '腹腔镜下阑尾切除术',
    code: '47.01',
    performedOn: '2015-08-20',
    hospital: '北京市第一医院',
  }),
  demo('demo-patient-01', 'imm', Immunisation, {
    vaccine: conceptOf('vaccine', { system: CodeSystem.ATC, code: 'J07BB02', display: '流感病毒裂解疫苗' }),
    doseNumber: 1,
    givenOn: '2025-10-15',
    lot: '202506012',
  }),
  demo('demo-patient-02', 'cnd', MedicalCondition, {
    code: 'I10',
    name: '原发性高血压',
    since: '2019-06-01',
  }),
  demo('demo-patient-02', 'med', CurrentMedication, {
    substance: 'C08CA01',
    name: '氨氯地平',
    since: '2019-06-10',
    dosage: dosageOf('dosage', {
      dose: { value: 5, unit: 'mg' },
      frequency: DoseFrequency.QD,
      route: MedicationRoute.ORAL,
    }),
  }),
  demo('demo-patient-02', 'fam', FamilyHistory, {
    relation: FamilyRelation.FATHER,
    condition: conceptOf('condition', { system: CodeSystem.ICD10, code: 'I10', display: '原发性高血压' }),
    ageAtOnset: 45,
  }),
];
