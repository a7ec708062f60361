import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { type LaidFoundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { Quotas } from '../../shared/limits/quotas.ts';
import { Counters } from '../../shared/limits/window-counter.ts';
import { Loaders } from '../../shared/loader/loaders.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import type { UsersContext } from '../../subgraphs/users/context.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import type { CareRelations } from '../../subgraphs/users/external/care.client.ts';
import { findVisiblePatient } from '../../subgraphs/users/patient/patient.access.ts';
import { wirePatients } from '../../subgraphs/users/patient/patient.wiring.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { auditOf, replicaCaughtUp } from '../testkit/rows.ts';
import { appointment } from './some-appointment.ts';
import { identityNumber } from './some-patients.ts';

const ADD = 'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id } }';
const READ = `query ($id: ID!) { patient(id: $id) {
  name sex birthDate ageYears identityNumber phone archive { version allergies { substance } }
} }`;
const SELECTION = '... on Patient { id name identityNumber phone archive { allergies { substance } } }';
const codeOf = async (query: string, variables: object, token: string | undefined) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

let laid: LaidFoundation;
beforeAll(async () => {
  laid = await layFoundation(loadUsersConfig(benchEnvironment(inject('platformDir'))), database);
});
afterAll(() => laid.close());

async function newPatient(): Promise<{ id: string; token: string; accountId: string; number: string }> {
  const { accessToken: token, accountId } = await logInAnew();
  const number = identityNumber('19581010', 'FEMALE');
  const input = {
    name: '钱阿姨',
    relation: 'PARENT',
    identityNumber: number,
    phone: '13900000001',
    idempotencyKey: randomUUID(),
  };
  const { addPatient } = await data(ADD, { input }, { token });
  return { id: (addPatient as { id: string }).id, token, accountId, number };
}

test('a doctor sees a patient from the confirmed appointment on, masked, and leaves a trace', async () => {
  const { id, number, token } = await newPatient();
  const doctor = tokenOf('王建国');
  expect(await codeOf(READ, { id }, doctor)).toBe('NOT_FOUND');
  await appointment('demo-doctor-01', id, 'PENDING_PAYMENT');
  expect(await codeOf(READ, { id }, doctor)).toBe('NOT_FOUND');
  expect((await auditOf(id)).map((each) => each.action)).toEqual(['patient.add']);
  await appointment('demo-doctor-01', id, 'CONFIRMED');
  await replicaCaughtUp();
  expect(await data(READ, { id }, { token: doctor })).toMatchObject({
    patient: {
      name: '钱阿姨',
      sex: 'FEMALE',
      birthDate: '1958-10-10',
      identityNumber: `${number[0]}${'*'.repeat(16)}${number[17]}`,
      phone: '139****0001',
      archive: { version: 1, allergies: [] },
    },
  });
  const accountId = stableId('acc', 'demo-doctor-01');
  expect((await auditOf(id)).at(-1)).toEqual({ actor: accountId, action: 'health_archive.read' });
  expect(await codeOf(READ, { id }, tokenOf('刘雅琴'))).toBe('NOT_FOUND');
  expect(await data(READ, { id }, { token })).toMatchObject({ patient: { identityNumber: number } });
});

test('a doctor may write into the archive of whom the doctor treats, and the guardian sees it', async () => {
  const { id, token } = await newPatient();
  await appointment('demo-doctor-04', id, 'COMPLETED');
  const RECORD = 'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }';
  const input = {
    patientId: id,
    substance: 'J01FA',
    name: '大环内酯类',
    severity: 'MODERATE',
    idempotencyKey: randomUUID(),
  };
  expect(await data(RECORD, { input }, { token: tokenOf('赵敏') })).toEqual({
    recordAllergy: { version: 2 },
  });
  expect(await data(READ, { id }, { token })).toMatchObject({
    patient: { archive: { allergies: [{ substance: 'J01FA' }] } },
  });
  expect(await codeOf(RECORD, { input }, tokenOf('王建国'))).toBe('NOT_FOUND');
});

test('nobody sees or changes the patient of others, by any query', async () => {
  const { id } = await newPatient();
  const missing = stableId('pat', 'nobody');
  const change = { patientId: id, idempotencyKey: randomUUID() };
  const attempts: [string, object][] = [
    [READ, { id }],
    [READ, { id: missing }],
    [
      'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }',
      { input: { ...change, substance: 'J01C', name: 'x', severity: 'MILD' } },
    ],
    [
      'mutation ($input: UpdateHealthArchiveInput!) { updateHealthArchive(input: $input) { version } }',
      { input: { ...change, expectedVersion: 1, weightKg: 50 } },
    ],
    [
      'mutation ($input: EndArchiveEntryInput!) { endArchiveEntry(input: $input) { version } }',
      { input: { ...change, entryId: stableId('alg', 'demo-patient-01') } },
    ],
  ];
  for (const name of ['李晓梅', '刘雅琴', '吴芳', '郑管理', '何分析']) {
    for (const [query, variables] of attempts) {
      expect(await codeOf(query, variables, tokenOf(name)), name).toBe('NOT_FOUND');
    }
  }
  for (const [query, variables] of attempts)
    expect(await codeOf(query, variables, undefined)).toBe('UNAUTHENTICATED');
  expect(await codeOf(READ, { id: "pat_' OR 1=1" }, tokenOf('李晓梅'))).toBe('BAD_ID');
  expect((await auditOf(id)).map((each) => each.action)).toEqual(['patient.add']);
});

test('an entry of somebody else is not ended by way of a patient of one’s own', async () => {
  const { id, token } = await newPatient();
  const END = 'mutation ($input: EndArchiveEntryInput!) { endArchiveEntry(input: $input) { version } }';
  const input = { patientId: id, entryId: stableId('alg', 'demo-patient-01'), idempotencyKey: randomUUID() };
  expect(await codeOf(END, { input }, token)).toBe('NOT_FOUND');
});

test('nor in the middle of a plan, past the rules on queries', async () => {
  const { id, token, number } = await newPatient();
  const ids = [id, stableId('pat', 'demo-patient-01')].map((each) => ({ __typename: 'Patient', id: each }));
  for (const name of ['张伟', '刘雅琴', '吴芳', '郑管理', '何分析']) {
    expect(await entities('users', tokenOf(name), ids, SELECTION), name).toEqual({
      entities: [null, null],
      codes: [],
    });
  }
  expect(await entities('users', undefined, ids, SELECTION)).toEqual({ entities: [null, null], codes: [] });
  expect(await entities('users', token, ids, SELECTION)).toMatchObject({
    entities: [{ id, identityNumber: number }, null],
  });
});

const quotas = new Quotas(new Counters(undefined), 'users', {});

/** A request of a doctor, with care as the test has it. */
function requestOf(accountKey: string, care: CareRelations, permissions = ['record.write']): UsersContext {
  const accountId = stableId('acc', accountKey);
  const grants = [{ role: 'DOCTOR', permissions, scope: 'PLATFORM', scopeId: '' } as const];
  const actor: Actor = { kind: 'account', accountId, sessionId: 'ses_1', grants };
  const services = wirePatients(laid.foundation, care) as UsersContext['services'];
  return { actor, requestId: 'req', locale: 'en', loaders: new Loaders(), quotas, services };
}

test('while care does not answer, nothing is told: not that it is allowed, nor that it is not', async () => {
  const { id } = await newPatient();
  const down: CareRelations = {
    treatments: async () => {
      throw new AppError('UNAVAILABLE', { service: 'care' });
    },
  };
  const unavailable = { code: 'UNAVAILABLE', params: { service: 'care' } };
  const doctor = () => requestOf('demo-doctor-01', down);
  await expect(findVisiblePatient(doctor(), id)).rejects.toMatchObject(unavailable);
  await expect(findVisiblePatient(doctor(), stableId('pat', 'nobody'))).rejects.toMatchObject(unavailable);
  // The guardian needs no care, and for nobody but a doctor is it asked.
  const own = stableId('pat', 'demo-patient-01');
  expect(await findVisiblePatient(requestOf('demo-patient-01', down), own)).toMatchObject({ id: own });
  expect(await findVisiblePatient(requestOf('demo-pharmacist-01', down, ['order.read']), id)).toBeNull();
});

test('for many patients care is asked once', async () => {
  const patients = await Promise.all([newPatient(), newPatient(), newPatient()]);
  const [first, second, third] = patients.map((each) => each.id);
  const asked: (readonly string[])[] = [];
  const care: CareRelations = {
    treatments: async (_doctor, ids) => {
      asked.push(ids);
      const place = { hospitalId: stableId('hos', 'H001'), departmentId: stableId('dep', '03.01') };
      return ids.filter((id) => id !== second).map((patientId) => ({ patientId, ...place }));
    },
  };
  const request = requestOf('demo-doctor-02', care);
  const seen = await Promise.all(patients.map(({ id }) => findVisiblePatient(request, id)));
  expect(seen.map((each) => each?.id ?? null)).toEqual([first, null, third]);
  expect(asked).toHaveLength(1);
  const looks = request.loaders.of(request.services.archiveStore.looks);
  const visible = seen.filter((each) => each !== null);
  await Promise.all(visible.map((patient) => looks.load({ actor: request.actor, patient })));
  for (const id of [first, third])
    expect((await auditOf(id ?? '')).at(-1)?.action).toBe('health_archive.read');
  expect((await auditOf(second ?? '')).at(-1)?.action).toBe('patient.add');
});
