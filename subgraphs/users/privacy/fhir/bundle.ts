import type { Bundle, BundleEntry, Consent, Patient } from '@medplum/fhirtypes';
import type { Collected } from '../../../../shared/privacy/personal-collector.ts';
import {
  allergyOf,
  conditionResource,
  familyHistoryOf,
  immunisationOf,
  medicationOf,
  procedureOf,
} from './history.ts';
import { entryOf, IDENTITY_NUMBER_SYSTEM, referenceTo } from './links.ts';
import { archiveFacts, measurementOf } from './measurements.ts';
import { type RowOf, rowsOf } from './rows.ts';

const GENDERS = { MALE: 'male', FEMALE: 'female', UNKNOWN: 'unknown' } as const;

/**
 * What users holds of the patients of an account as an HL7 FHIR R4 bundle (type `collection`).
 * @param collected as the collector of users answers @param at when it is made
 */
export function fhirBundle(collected: Collected, at: Date): Bundle {
  const rows = <T extends Parameters<typeof rowsOf>[1]>(source: T) => rowsOf(collected, source);
  const entry: BundleEntry[] = [
    ...rows('patients').map((row) => entryOf(row.id, patientOf(row))),
    ...rows('allergies').map((row) => entryOf(row.id, allergyOf(row))),
    ...rows('conditions').map((row) => entryOf(row.id, conditionResource(row))),
    ...rows('medications').map((row) => entryOf(row.id, medicationOf(row))),
    ...rows('surgeries').map((row) => entryOf(row.id, procedureOf(row))),
    ...rows('familyHistories').map((row) => entryOf(row.id, familyHistoryOf(row))),
    ...rows('immunisations').map((row) => entryOf(row.id, immunisationOf(row))),
    ...rows('healthArchives').flatMap((row, _at, all) => {
      const before = all.find((each) => each.patientId === row.patientId && each.version === row.version - 1);
      const facts = archiveFacts(row, before);
      return facts.map(([name, fact]) => entryOf(`${row.patientId}-${row.version}-${name}`, fact));
    }),
    ...rows('observations').map((row) => entryOf(row.id, measurementOf(row))),
    ...rows('consents').map((row) => entryOf(row.id, consentOf(row))),
  ];
  return { resourceType: 'Bundle', type: 'collection', timestamp: at.toISOString(), entry };
}

function patientOf({ id, name, sex, birthDate, identityNumber, phone }: RowOf<'patients'>): Patient {
  return {
    resourceType: 'Patient',
    identifier: [
      { system: 'urn:yuneyang:patient', value: id },
      ...(identityNumber === null ? [] : [{ system: IDENTITY_NUMBER_SYSTEM, value: identityNumber }]),
    ],
    active: true,
    name: [{ use: 'official', text: name }],
    gender: GENDERS[sex],
    birthDate,
    ...(phone !== null && { telecom: [{ system: 'phone', value: phone, use: 'mobile' }] }),
  };
}

/** A consent of the platform, under the law that asks for it; of a patient, or of the owner of the account. */
function consentOf(row: RowOf<'consents'>): Consent {
  return {
    resourceType: 'Consent',
    status: row.withdrawnAt === null ? 'active' : 'inactive',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }], text: row.purpose }],
    ...(row.patientId && { patient: referenceTo<Patient>(row.patientId) }),
    dateTime: row.givenAt,
    policyRule: { text: `个人信息保护法; ${row.purpose} v${row.documentVersion}` },
    provision: {
      type: 'permit',
      period: { start: row.givenAt, ...(row.withdrawnAt !== null && { end: row.withdrawnAt }) },
    },
  };
}
