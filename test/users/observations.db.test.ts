import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { entities } from '../testkit/router-call.ts';
import { asAdministrator, auditOf, replicaCaughtUp, rows } from '../testkit/rows.ts';
import { batch, glucose, pressure, someone, UPLOAD, VOID } from './some-observations.ts';
import { codesOf, times } from './some-patients.ts';

const READ = `query ($id: ID!) { patient(id: $id) {
  observations { edges { node { id kind flag quantity { value unit } bloodPressure } } }
  latestObservations { kind }
} }`;
const SELECTION = `... on Patient { id observations { edges { node { id note } } } latestObservations { id }
  observationSeries(kind: HEART_RATE, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z") { count }
  reminders { edges { node { title } } } followUpPlans { edges { node { title } } } }`;

test('of a batch is kept what can be kept; a retry is told the same; an overlapping batch keeps nothing twice', async () => {
  const { id, upload, tryUpload } = await someone();
  const key = randomUUID();
  const items = [
    glucose('1', 2.5, { note: '头晕出汗', context: 'FASTING' }),
    glucose('2', 99),
    glucose('1', 2.5, { context: 'FASTING' }),
    glucose('1', 7.7),
    glucose('3', 5, { takenAt: '2999-01-01T00:00:00Z' }),
  ];
  const first = await upload(items, key);
  expect(first).toMatchObject({
    accepted: 1,
    duplicates: 1,
    refused: 3,
    outcomes: [
      { index: 0, clientId: '1', status: 'ACCEPTED', refusal: null, observation: { flag: 'CRITICAL_LOW' } },
      { status: 'REFUSED', refusal: 'VALUE_IMPLAUSIBLE', reason: expect.stringContaining('0.6') as string },
      { status: 'DUPLICATE', observation: { id: first.outcomes[0]?.observation?.id } },
      { status: 'REFUSED', refusal: 'DIFFERS_FROM_EARLIER', observation: null },
      { status: 'REFUSED', refusal: 'IN_THE_FUTURE' },
    ],
  });
  expect(await upload(items, key)).toEqual(first);
  expect(codesOf([await tryUpload(items.slice(1), key)])).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  const second = await upload([glucose('4'), ...items.slice(0, 1)]);
  expect(second.outcomes.map((each) => each.status)).toEqual(['ACCEPTED', 'DUPLICATE']);
  expect(
    codesOf([await tryUpload([]), await tryUpload(Array.from({ length: 501 }, () => glucose('9')))]),
  ).toEqual(['VALIDATION_FAILED', 'VALIDATION_FAILED']);
  const kept = await rows('SELECT * FROM yey_users.observation WHERE patient_id = ?', [id]);
  expect(kept).toHaveLength(2);
  for (const row of kept) expect(row.value).toMatch(/^v1\./);
  const uploads = await rows('SELECT outcomes FROM yey_users.observation_upload WHERE patient_id = ?', [id]);
  expect(JSON.stringify([kept, uploads])).not.toMatch(/头晕|mmol\/L"|2\.5 |7\.7/);
});

test('the same batch ten times at once, and ten that overlap it, keep each measurement once', async () => {
  const { id, upload } = await someone();
  const items = Array.from({ length: 60 }, (_, index) => pressure(index, 100 + index));
  const key = randomUUID();
  const answers = await times(20, (index) =>
    index < 10 ? upload(items, key) : upload(items.slice(index, index + 30)),
  );
  expect(new Set(answers.slice(0, 10).map((each) => JSON.stringify(each))).size).toBe(1);
  expect(answers.flatMap((each) => each.outcomes).filter((each) => each.status === 'REFUSED')).toEqual([]);
  const [counted] = await rows(
    'SELECT COUNT(*) AS total, COUNT(DISTINCT taken_at) AS different FROM yey_users.observation WHERE patient_id = ?',
    [id],
  );
  expect(counted).toEqual({ total: 60, different: 60 });
  const distinct = answers.filter((_, index) => index === 0 || index >= 10);
  expect(distinct.reduce((sum, each) => sum + each.accepted, 0)).toBe(60);
});

test('strangers neither see nor change anything, by any road; a treating doctor does both, and leaves a trace', async () => {
  const { id, token, accountId, upload } = await someone();
  const { outcomes } = await upload([glucose('1', 5.6, { note: '私密' })]);
  const observationId = outcomes[0]?.observation?.id ?? '';
  const attempts: [string, object][] = [
    [UPLOAD, batch(id, [glucose('2')])],
    [VOID, { input: { observationId, reason: 'OTHER', idempotencyKey: randomUUID() } }],
    [READ, { id }],
  ];
  for (const name of ['李晓梅', '王建国', '吴芳', '郑管理']) {
    for (const [query, variables] of attempts) {
      expect(codesOf([await ask(query, variables, { token: tokenOf(name) })]), name).toEqual(['NOT_FOUND']);
    }
    const found = await entities('users', tokenOf(name), [{ __typename: 'Patient', id }], SELECTION);
    expect(found.entities).toEqual([null]);
  }
  for (const [query, variables] of attempts)
    expect(codesOf([await ask(query, variables)])).toEqual(['UNAUTHENTICATED']);
  expect(await entities('users', undefined, [{ __typename: 'Patient', id }], SELECTION)).toEqual({
    entities: [null],
    codes: [],
  });
  await replicaCaughtUp();
  expect(await entities('users', token, [{ __typename: 'Patient', id }], SELECTION)).toMatchObject({
    entities: [{ id, observations: { edges: [{ node: { id: observationId, note: '私密' } }] } }],
  });
  await asAdministrator(async (connection) => {
    await connection.query('SET FOREIGN_KEY_CHECKS = 0');
    const row = {
      id: stableId('apt', id),
      slot_id: id,
      schedule_id: id,
      doctor_id: stableId('doc', 'demo-doctor-01'),
    };
    const who = {
      doctor_account_id: stableId('acc', 'demo-doctor-01'),
      patient_id: id,
      account_id: accountId,
    };
    const where = { hospital_id: stableId('hos', 'H001'), department_id: stableId('dep', '03') };
    const state = {
      status: 'CONFIRMED',
      version: 1,
      fee_fen: 0,
      starts_at: new Date(),
      booked_at: new Date(),
    };
    await connection.query('INSERT INTO yey_care.appointment SET ?', [
      { ...row, ...who, ...where, ...state },
    ]);
  });
  await replicaCaughtUp();
  const doctor = { token: tokenOf('王建国') };
  expect(await data(READ, { id }, doctor)).toMatchObject({
    patient: {
      observations: { edges: [{ node: { quantity: { value: 5.6, unit: 'mmol/L' }, flag: 'NORMAL' } }] },
    },
  });
  await data(UPLOAD, batch(id, [glucose('2')]), doctor);
  const doctorId = stableId('acc', 'demo-doctor-01');
  expect(await auditOf(id)).toEqual([
    { actor: accountId, action: 'patient.add' },
    { actor: accountId, action: 'observation.upload' },
    { actor: doctorId, action: 'observation.read' },
    { actor: doctorId, action: 'observation.upload' },
  ]);
});
