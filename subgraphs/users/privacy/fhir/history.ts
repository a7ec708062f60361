import type {
  AllergyIntolerance,
  Condition,
  FamilyMemberHistory,
  Immunization,
  MedicationStatement,
  Patient,
  Procedure,
} from '@medplum/fhirtypes';
import { ATC, coded, conceptOf, ICD10, referenceTo } from './links.ts';
import type { RowOf } from './rows.ts';

const SEVERITIES = { MILD: 'mild', MODERATE: 'moderate', SEVERE: 'severe' } as const;
const IN_ERROR = 'ENTERED_IN_ERROR';

const terminology = (name: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${name}`, code }],
});

/** What holds no more is told as such, what never was so as a mistake: then a clinical status is forbidden. */
function clinicalStatus(
  of: 'allergyintolerance' | 'condition',
  row: { endedVersion: number | null; endReason: string | null },
) {
  if (row.endReason === IN_ERROR) return {};
  const code = row.endedVersion === null ? 'active' : of === 'condition' ? 'resolved' : 'inactive';
  return { clinicalStatus: terminology(`${of}-clinical`, code) };
}

export function allergyOf(row: RowOf<'allergies'>): AllergyIntolerance {
  const verified = row.status === 'CONFIRMED' ? 'confirmed' : 'unconfirmed';
  const verification = row.endReason === IN_ERROR ? 'entered-in-error' : verified;
  return {
    resourceType: 'AllergyIntolerance',
    ...clinicalStatus('allergyintolerance', row),
    verificationStatus: terminology('allergyintolerance-verification', verification),
    code: coded(ATC, row.substance, row.name),
    patient: referenceTo<Patient>(row.patientId),
    recordedDate: row.recordedAt,
    ...(row.reaction !== null && {
      reaction: [{ manifestation: [{ text: row.reaction }], severity: SEVERITIES[row.severity] }],
    }),
  };
}

export function conditionResource(row: RowOf<'conditions'>): Condition {
  const verification = row.endReason === IN_ERROR ? 'entered-in-error' : 'unconfirmed';
  return {
    resourceType: 'Condition',
    ...clinicalStatus('condition', row),
    verificationStatus: terminology('condition-ver-status', verification),
    category: [terminology('condition-category', 'problem-list-item')],
    code: coded(ICD10, row.code, row.name),
    subject: referenceTo<Patient>(row.patientId),
    ...(row.since !== null && { onsetDateTime: row.since }),
    recordedDate: row.recordedAt,
  };
}

export function medicationOf(row: RowOf<'medications'>): MedicationStatement {
  const over = row.endReason === IN_ERROR ? 'entered-in-error' : 'completed';
  return {
    resourceType: 'MedicationStatement',
    status: row.endedVersion === null ? 'active' : over,
    medicationCodeableConcept: coded(ATC, row.substance, row.name),
    subject: referenceTo<Patient>(row.patientId),
    ...(row.since !== null && { effectivePeriod: { start: row.since } }),
    dateAsserted: row.recordedAt,
  };
}

export function procedureOf(row: RowOf<'surgeries'>): Procedure {
  return {
    resourceType: 'Procedure',
    status: row.endReason === IN_ERROR ? 'entered-in-error' : 'completed',
    code: { text: row.name },
    subject: referenceTo<Patient>(row.patientId),
    ...(row.performedOn !== null && { performedDateTime: row.performedOn }),
  };
}

const RELATIVES: Readonly<Record<string, readonly [code: string, text: string]>> = {
  FATHER: ['FTH', '父亲'],
  MOTHER: ['MTH', '母亲'],
  BROTHER: ['BRO', '兄弟'],
  SISTER: ['SIS', '姐妹'],
  SON: ['SONC', '儿子'],
  DAUGHTER: ['DAUC', '女儿'],
  GRANDPARENT: ['GRPRN', '祖父母'],
};

export function familyHistoryOf(row: RowOf<'familyHistories'>): FamilyMemberHistory {
  const [code, text] = RELATIVES[row.relation] ?? ['FAMMEMB', '其他亲属'];
  return {
    resourceType: 'FamilyMemberHistory',
    status: row.endReason === IN_ERROR ? 'entered-in-error' : 'completed',
    patient: referenceTo<Patient>(row.patientId),
    date: row.recordedAt,
    relationship: coded('http://terminology.hl7.org/CodeSystem/v3-RoleCode', code, text),
    condition: [
      {
        code: conceptOf(row.condition),
        ...(row.ageAtOnset !== null && {
          onsetAge: { value: row.ageAtOnset, unit: '岁', system: 'http://unitsofmeasure.org', code: 'a' },
        }),
      },
    ],
  };
}

export function immunisationOf(row: RowOf<'immunisations'>): Immunization {
  return {
    resourceType: 'Immunization',
    status: row.endReason === IN_ERROR ? 'entered-in-error' : 'completed',
    vaccineCode: conceptOf(row.vaccine),
    patient: referenceTo<Patient>(row.patientId),
    occurrenceDateTime: row.givenOn,
    primarySource: false,
    ...(row.lot !== null && { lotNumber: row.lot }),
    ...(row.doseNumber !== null && { protocolApplied: [{ doseNumberPositiveInt: row.doseNumber }] }),
  };
}
