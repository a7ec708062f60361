import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { ask, data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { added } from './some-patients.ts';

export type Input = Record<string, unknown>;

const AUTHOR = 'source author { kind name }';
export const EVERYTHING = `version source aboGroup rhD usualBloodPressure smoking alcohol exercise occupation
  weightKg egfr childPugh pregnancy
  renalFunction { creatinine { value unit } measuredOn egfr creatinineClearance }
  liverFunction { bilirubin { value unit } albumin { value unit } inr childPughScore childPugh }
  allergies { id name substance reaction severity status version ${AUTHOR} }
  conditions { name code since ${AUTHOR} }
  medications { name substance since dosage { dose { value unit } frequency route } ${AUTHOR} }
  surgeries { id name code performedOn hospital ${AUTHOR} }
  familyHistory { relation condition { system code display } ageAtOnset ${AUTHOR} }
  immunisations { vaccine { system code display } doseNumber givenOn lot ${AUTHOR} }`;
const READ = `query ($id: ID!) { patient(id: $id) { archive { ${EVERYTHING} } } }`;
/** A change of an archive by its mutation, with a key of its own. */
export const change = (
  operation: string,
  patientId: string,
  token: string,
  input: Input,
  what = EVERYTHING,
) => {
  const type = `${operation[0]?.toUpperCase()}${operation.slice(1)}Input`;
  return ask(
    `mutation ($input: ${type}!) { ${operation}(input: $input) { ${what} } }`,
    { input: { patientId, idempotencyKey: randomUUID(), ...input } },
    { token },
  );
};
/** All that the archive of a patient says. */
export const archiveOf = async (id: string, token: string) =>
  ((await data(READ, { id }, { token })).patient as { archive: Record<string, unknown> }).archive;

export const SURGERY = { name: '阑尾切除术', code: '47.01', performedOn: '2015-08-20', hospital: '某县医院' };
export const FATHER = {
  relation: 'FATHER',
  condition: { system: 'ICD10', code: 'i10', display: '高血压病' },
  ageAtOnset: 45,
};
export const VACCINE = {
  vaccine: { system: 'ATC', code: 'J07BB02', display: '流感疫苗' },
  doseNumber: 1,
  givenOn: '2025-10-15',
  lot: 'LOT77',
};
export const DOSAGE = { dose: { value: 0.5, unit: 'g' }, frequency: 'TID', route: 'ORAL' };
/** An adult woman with something of every kind. */
export async function fullArchive() {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token, { relation: 'PARENT', sex: 'FEMALE', birthDate: '1960-01-01' });
  await change('recordSurgery', id, token, SURGERY);
  await change('recordFamilyHistory', id, token, FATHER);
  await change('recordImmunisation', id, token, VACCINE);
  await change('recordMedication', id, token, { substance: 'A10BA02', name: '二甲双胍', dosage: DOSAGE });
  const update = await change('updateHealthArchive', id, token, {
    expectedVersion: 5,
    aboGroup: 'AB',
    rhD: 'NEGATIVE',
    usualBloodPressure: '128/82 mmHg',
    smoking: 'FORMER',
    alcohol: 'NEVER',
    exercise: 'REGULAR',
    occupation: '退休教师',
    weightKg: 60,
    creatinine: { value: 1, unit: 'mg/dL' },
    creatinineOn: '2026-01-02',
    liverFunction: {
      bilirubin: { value: 2.5, unit: 'mg/dL' },
      albumin: { value: 3, unit: 'g/dL' },
      inr: 1.2,
      ascites: 'MILD',
      encephalopathy: 'NONE',
    },
  });
  expect(update.errors).toEqual([]);
  return { token, accountId, id };
}
