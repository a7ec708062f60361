import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { auditOf } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { added, codesOf, identityNumber, times } from './some-patients.ts';

const ALLERGY = `mutation ($input: RecordAllergyInput!) {
  recordAllergy(input: $input) { version allergies { id substance name severity reaction } }
}`;
const UPDATE = `mutation ($input: UpdateHealthArchiveInput!) {
  updateHealthArchive(input: $input) { version weightKg egfr pregnancy pregnancyWeeks isLactating childPugh }
}`;

test('two edits upon one version: one is made, the other is told', async () => {
  const { accessToken: token } = await logInAnew();
  const { id } = await added(token);
  const edit = (weightKg: number, expectedVersion = 1, idempotencyKey: string = randomUUID()) =>
    ask(UPDATE, { input: { patientId: id, expectedVersion, weightKg, idempotencyKey } }, { token });
  const answers = await times(8, (index) => edit(10 + index));
  expect(codesOf(answers)).toEqual(['OK', ...Array<string>(7).fill('VERSION_CONFLICT')]);
  const key = randomUUID();
  expect((await edit(20, 2, key)).data).toMatchObject({ updateHealthArchive: { version: 3, weightKg: 20 } });
  // A retry is answered although the version has gone on.
  expect((await edit(20, 2, key)).data).toMatchObject({ updateHealthArchive: { version: 3, weightKg: 20 } });
});

test('entries at once are all kept, each in a version of its own, and an earlier version can be seen', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token);
  const record = (substance: string, more: object = {}) =>
    data(
      ALLERGY,
      {
        input: {
          patientId: id,
          substance,
          name: substance,
          severity: 'MILD',
          idempotencyKey: randomUUID(),
          ...more,
        },
      },
      { token },
    );
  await Promise.all(['J01C', 'N02BA01', 'M01A', 'V08'].map((each) => record(each)));
  const worse = await record('j01c', { severity: 'SEVERE', reaction: '过敏性休克' });
  const { version, allergies } = worse.recordAllergy as { version: number; allergies: { id: string }[] };
  expect(version).toBe(6);
  expect(allergies).toHaveLength(4);
  expect(allergies).toContainEqual({
    id: expect.stringMatching(/^alg_/) as string,
    substance: 'J01C',
    name: 'j01c',
    severity: 'SEVERE',
    reaction: '过敏性休克',
  });
  const END = `mutation ($input: EndArchiveEntryInput!) { endArchiveEntry(input: $input) { version allergies { id } } }`;
  const end = (entryId: string) =>
    ask(END, { input: { patientId: id, entryId, idempotencyKey: randomUUID() } }, { token });
  const ended = await end(allergies[0]?.id ?? '');
  expect(ended.data).toMatchObject({ endArchiveEntry: { version: 7 } });
  expect((ended.data as { endArchiveEntry: { allergies: [] } }).endArchiveEntry.allergies).toHaveLength(3);
  expect(codesOf([await end(allergies[0]?.id ?? ''), await end('xyz_1')])).toEqual([
    'NOT_FOUND',
    'NOT_FOUND',
  ]);
  const THEN = `query ($id: ID!, $version: Int) { patient(id: $id) { archive(version: $version) { allergies { id } } } }`;
  const sizes = await Promise.all(
    [1, 5, 6, 7].map(async (version) => {
      const { patient } = await data(THEN, { id, version }, { token });
      return (patient as { archive: { allergies: [] } }).archive.allergies.length;
    }),
  );
  expect(sizes).toEqual([0, 4, 4, 3]);
  expect(codesOf([await ask(THEN, { id, version: 8 }, { token })])).toEqual(['NOT_FOUND']);
  // The guardian's own reads are nobody's business; changes are told.
  expect(await auditOf(id)).toEqual([
    { actor: accountId, action: 'patient.add' },
    ...Array.from({ length: 6 }, () => ({ actor: accountId, action: 'health_archive.change' })),
  ]);
});

test('what cannot be is refused', async () => {
  const { accessToken: token } = await logInAnew();
  const { id } = await added(token);
  const woman = await added(token, { relation: 'SPOUSE', sex: 'FEMALE', birthDate: '1995-01-01' });
  const edit = (patientId: string, more: object) =>
    ask(
      UPDATE,
      { input: { patientId, expectedVersion: 1, idempotencyKey: randomUUID(), ...more } },
      { token },
    );
  for (const more of [
    { weightKg: 0 },
    { egfr: -1 },
    { heightCm: 300 },
    { pregnancy: 'PREGNANT' },
    { isLactating: true },
  ]) {
    expect(codesOf([await edit(id, more)]), JSON.stringify(more)).toEqual(['VALIDATION_FAILED']);
  }
  for (const more of [
    { pregnancyWeeks: 12 },
    { pregnancy: 'NOT_PREGNANT', pregnancyWeeks: 12 },
    { pregnancy: 'PREGNANT', pregnancyWeeks: 45 },
  ]) {
    expect(codesOf([await edit(woman.id, more)]), JSON.stringify(more)).toEqual(['VALIDATION_FAILED']);
  }
  expect((await edit(woman.id, { pregnancy: 'PREGNANT', pregnancyWeeks: 12, egfr: 90.5 })).data).toEqual({
    updateHealthArchive: {
      version: 2,
      weightKg: null,
      egfr: 90.5,
      pregnancy: 'PREGNANT',
      pregnancyWeeks: 12,
      isLactating: null,
      childPugh: null,
    },
  });
  const cleared = await edit(woman.id, { expectedVersion: 2, egfr: null, childPugh: 'B' });
  expect(cleared.data).toMatchObject({
    updateHealthArchive: { egfr: null, childPugh: 'B', pregnancy: 'PREGNANT', pregnancyWeeks: 12 },
  });
  const allergy = { patientId: id, name: 'x', severity: 'MILD', idempotencyKey: randomUUID() };
  for (const substance of ['', '青霉素', 'J1', 'J01CA0', 'J01C;DROP']) {
    expect(codesOf([await ask(ALLERGY, { input: { ...allergy, substance } }, { token })]), substance).toEqual(
      ['VALIDATION_FAILED'],
    );
  }
});

test('conditions and medications are told to other subgraphs in one profile, with the rest', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const number = identityNumber('19700101', 'MALE');
  const { id } = await added(token, {
    relation: 'PARENT',
    identityNumber: number,
    birthDate: null,
    sex: null,
  });
  const entry = (more: object) => ({ input: { patientId: id, idempotencyKey: randomUUID(), ...more } });
  await data(
    'mutation ($input: RecordConditionInput!) { recordCondition(input: $input) { conditions { code } } }',
    entry({ code: 'e11.900', name: '2型糖尿病', since: '2015-03-01' }),
    { token },
  );
  await data(
    'mutation ($input: RecordMedicationInput!) { recordMedication(input: $input) { medications { substance } } }',
    entry({ substance: 'a10ba02', name: '二甲双胍' }),
    { token },
  );
  const PROFILE = `query ($id: ID!) { patientProfile(id: $id) {
    id accountId name sex birthDate identityNumber allergies { substance name severity } conditions { code }
    medications { substance name } pregnancy pregnancyWeeks isLactating egfr childPugh archiveVersion
  } }`;
  expect(await askAs('pharmacy', 'users', PROFILE, { id })).toEqual({
    patientProfile: {
      id,
      accountId,
      name: '小明',
      sex: 'MALE',
      birthDate: '1970-01-01',
      identityNumber: number,
      allergies: [],
      conditions: [{ code: 'E11.900' }],
      medications: [{ substance: 'A10BA02', name: '二甲双胍' }],
      pregnancy: 'UNKNOWN',
      pregnancyWeeks: null,
      isLactating: null,
      egfr: null,
      childPugh: null,
      archiveVersion: 3,
    },
  });
  expect((await auditOf(id)).at(-1)).toEqual({ actor: 'service:pharmacy', action: 'health_archive.read' });
  expect(await askAs('care', 'users', PROFILE, { id: stableId('pat', 'nobody') })).toEqual({
    patientProfile: null,
  });
  expect(codesOf([await ask(PROFILE, { id }, { token })])).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});
