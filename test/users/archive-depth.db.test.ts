import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type LaidFoundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { AllergySeverity } from '../../subgraphs/users/archive/archive-entry.types.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { wirePatients } from '../../subgraphs/users/patient/patient.wiring.ts';
import { ask, data } from '../testkit/client.ts';
import { someone } from '../testkit/clinic.ts';
import { logInAnew } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { replicaCaughtUp } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { statementsOf } from '../testkit/sql-log.ts';
import {
  archiveOf,
  change,
  DOSAGE,
  EVERYTHING,
  FATHER,
  fullArchive,
  type Input,
  SURGERY,
  VACCINE,
} from './some-archives.ts';
import { added, codesOf, times } from './some-patients.ts';

const HISTORY = `query ($id: ID!, $first: Int, $after: String) { patient(id: $id) { archive {
  history(first: $first, after: $after) {
    edges { cursor node { version source author { kind name } changes { kind field entryId name reason } } }
    pageInfo { hasNextPage endCursor }
  }
} } }`;

let laid: LaidFoundation;
let services: ReturnType<typeof wirePatients>;
beforeAll(async () => {
  laid = await layFoundation(loadUsersConfig(benchEnvironment(inject('platformDir'))), database);
  services = wirePatients(laid.foundation, { treatments: async () => [] });
});
afterAll(() => laid.close());

const self = { source: 'PATIENT', author: { kind: 'SELF', name: null } };

test('an archive keeps all kinds of entries and facts, and tells what follows from them', async () => {
  const { token, id } = await fullArchive();
  const archive = await archiveOf(id, token);
  expect(archive).toMatchObject({
    version: 6,
    source: 'PATIENT',
    aboGroup: 'AB',
    rhD: 'NEGATIVE',
    usualBloodPressure: '128/82 mmHg',
    smoking: 'FORMER',
    alcohol: 'NEVER',
    exercise: 'REGULAR',
    occupation: '退休教师',
    // 66 years on the day of the measurement.
    renalFunction: { creatinine: { unit: 'umol/L' }, measuredOn: '2026-01-02', egfr: 62.1 },
    egfr: 62.1,
    childPugh: 'B',
    liverFunction: { albumin: { value: 30, unit: 'g/L' }, childPughScore: 8, childPugh: 'B' },
    surgeries: [{ ...SURGERY, ...self }],
    familyHistory: [{ ...FATHER, condition: { ...FATHER.condition, code: 'I10' }, ...self }],
    immunisations: [{ ...VACCINE, ...self }],
    medications: [{ substance: 'A10BA02', dosage: DOSAGE, ...self }],
  });
  expect((archive.renalFunction as { creatinineClearance: number }).creatinineClearance).toBeCloseTo(52.4, 1);
  const PROFILE =
    'query ($id: ID!) { patientProfile(id: $id) { egfr creatinineClearance childPugh smoking alcohol } }';
  expect(await askAs('pharmacy', 'users', PROFILE, { id })).toMatchObject({
    patientProfile: { egfr: 62.1, childPugh: 'B', smoking: 'FORMER', alcohol: 'NEVER' },
  });
  // A recorded value holds until a newer measurement says otherwise.
  const recorded = await change('updateHealthArchive', id, token, { expectedVersion: 6, egfr: 40 });
  expect(recorded.data).toMatchObject({ updateHealthArchive: { egfr: 40, renalFunction: { egfr: 62.1 } } });
  const creatinine = { value: 300, unit: 'umol/L' };
  const worse = await change('updateHealthArchive', id, token, { expectedVersion: 7, creatinine });
  expect(worse.data).toMatchObject({ updateHealthArchive: { renalFunction: { creatinine } } });
  expect(Number((await archiveOf(id, token)).egfr)).toBeLessThan(20);
});

test('what is no medical value, or is said by somebody who cannot say it, is refused', async () => {
  const { accessToken: token } = await logInAnew();
  const { id } = await added(token);
  const medication = { substance: 'A10BA02', name: 'x' };
  const refused: [string, Input][] = [
    ['recordSurgery', { ...SURGERY, code: 'I10' }],
    ['recordSurgery', { ...SURGERY, performedOn: '2999-01-01' }],
    ['recordSurgery', { ...SURGERY, hospital: 'a\u0000b' }],
    ['recordFamilyHistory', { ...FATHER, ageAtOnset: 121 }],
    ['recordFamilyHistory', { ...FATHER, condition: { system: 'ATC', code: 'J01', display: 'x' } }],
    ['recordImmunisation', { ...VACCINE, vaccine: { system: 'ATC', code: 'J01CA04', display: 'x' } }],
    ['recordImmunisation', { ...VACCINE, doseNumber: 0 }],
    ['recordMedication', { ...medication, dosage: { ...DOSAGE, dose: { value: 1, unit: '片' } } }],
    ['recordMedication', { ...medication, dosage: { ...DOSAGE, dose: { value: -1, unit: 'g' } } }],
    ['recordMedication', { ...medication, source: 'DOCTOR' }],
    ['updateHealthArchive', { expectedVersion: 1, usualBloodPressure: '80/120 mmHg' }],
    ['updateHealthArchive', { expectedVersion: 1, creatinine: { value: 1, unit: 'kg' } }],
    [
      'updateHealthArchive',
      { expectedVersion: 1, creatinine: { value: 1, unit: 'mmol/L' }, creatinineOn: '2999-01-01' },
    ],
    ['updateHealthArchive', { expectedVersion: 1, occupation: 'x'.repeat(65) }],
    ['endArchiveEntry', { entryId: newId('alg'), reason: 'REPLACED' }],
  ];
  for (const [operation, input] of refused) {
    const answer = await change(operation, id, token, input, 'version');
    expect(codesOf([answer]), JSON.stringify([operation, input])).toEqual(['VALIDATION_FAILED']);
  }
  expect(await archiveOf(id, token)).toMatchObject({ version: 1 });
});

test('the history tells who changed what, page by page, and nobody is named who is no doctor', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token);
  const allergy = (name: string) => ({
    patientId: id,
    substance: 'J01C',
    name,
    severity: AllergySeverity.MILD,
    idempotencyKey: randomUUID(),
  });
  const relative = someone();
  await services.archives.recordAllergy(
    { actor: someone([], stableId('acc', 'demo-doctor-01')), as: 'DOCTOR' },
    allergy('青霉素'),
  );
  await services.archives.recordAllergy({ actor: relative, as: 'FAMILY' }, allergy('青霉素类'));
  await replicaCaughtUp();
  const [entry] = (await archiveOf(id, token)).allergies as { id: string }[];
  expect(entry).toMatchObject({ version: 3, source: 'PATIENT', author: { kind: 'FAMILY', name: null } });
  const ended = { entryId: entry?.id, reason: 'ENTERED_IN_ERROR' };
  expect(codesOf(await times(3, () => change('endArchiveEntry', id, token, ended, 'version')))).toEqual([
    'NOT_FOUND',
    'NOT_FOUND',
    'OK',
  ]);
  await change('updateHealthArchive', id, token, { expectedVersion: 4, weightKg: 20, smoking: 'NEVER' });
  const page = async (variables: object) => {
    const answer = await data(HISTORY, { id, ...variables }, { token });
    const { archive } = answer.patient as {
      archive: {
        history: { edges: { node: object }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
    };
    return archive.history;
  };
  const first = await page({ first: 3 });
  const guardian = { source: 'PATIENT', author: { kind: 'SELF', name: null } };
  const updated = (field: string) => ({ kind: 'UPDATED', field, entryId: null, name: null, reason: null });
  const named = (kind: string, name: string, reason: string | null) =>
    expect.objectContaining({ kind, field: 'allergies', name, reason }) as unknown;
  expect(first.edges.map(({ node }) => node)).toEqual([
    { version: 5, ...guardian, changes: [updated('weightKg'), updated('smoking')] },
    { version: 4, ...guardian, changes: [named('ENDED', '青霉素类', 'ENTERED_IN_ERROR')] },
    {
      version: 3,
      source: 'PATIENT',
      author: { kind: 'FAMILY', name: null },
      changes: [named('ENDED', '青霉素', 'REPLACED'), named('RECORDED', '青霉素类', null)],
    },
  ]);
  const { endCursor } = first.pageInfo;
  const rest = await page({ first: 3, after: endCursor });
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
  expect(rest.edges.map(({ node }) => node)).toEqual([
    {
      version: 2,
      source: 'DOCTOR',
      author: { kind: 'DOCTOR', name: '王建国' },
      changes: [named('RECORDED', '青霉素', null)],
    },
    { version: 1, source: null, author: { kind: 'SELF', name: null }, changes: [] },
  ]);
  expect(JSON.stringify([first, rest])).not.toContain(relative.accountId);
  expect(JSON.stringify([first, rest])).not.toContain(accountId);
  expect(codesOf([await ask(HISTORY, { id, after: 'x' }, { token })])).toEqual(['BAD_CURSOR']);
});

test('five full archives with their history take as many statements as one', async () => {
  const { accessToken: token } = await logInAnew();
  const query = `query { myPatients { archive { ${EVERYTHING} history(first: 2) { edges { node {
    version author { kind } changes { field } } } } } } }`;
  const fill = async () => {
    const { id } = await added(token);
    await change('recordSurgery', id, token, SURGERY, 'version');
  };
  // Not the look at the session, whose answer holds for a moment that may be over in between.
  const reads = ({ statements }: Awaited<ReturnType<typeof statementsOf>>) =>
    (statements.users ?? []).filter((sql) => !/FROM `(session|role_\w+)`|GTID/.test(sql));
  await fill();
  const one = await statementsOf(query, {}, token);
  await Promise.all([fill(), fill(), fill(), fill()]);
  const five = await statementsOf(query, {}, token);
  expect((five.data.myPatients as unknown[]).length).toBe(5);
  expect(reads(one).length).toBeGreaterThan(8);
  expect(reads(five).length, JSON.stringify(reads(five))).toBe(reads(one).length);
});
