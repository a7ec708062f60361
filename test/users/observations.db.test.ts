import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { layFoundation } from '../../shared/foundation/foundation.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { ObservationKind } from '../../subgraphs/users/observation/observation-kinds.ts';
import { ObservationStore } from '../../subgraphs/users/observation/observation.store.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { asAdministrator, auditOf, replicaCaughtUp, rows } from '../testkit/rows.ts';
import { statementsOf } from '../testkit/sql-log.ts';
import { added, codesOf, times } from './some-patients.ts';

const UPLOAD = `mutation ($input: UploadObservationsInput!) { uploadObservations(input: $input) {
  uploadId accepted duplicates refused
  outcomes { index clientId status refusal reason observation { id flag } }
} }`;
const VOID =
  'mutation ($input: VoidObservationInput!) { voidObservation(input: $input) { id status voidReason } }';
const READ = `query ($id: ID!) { patient(id: $id) {
  observations { edges { node { id kind flag quantity { value unit } bloodPressure } } }
  latestObservations { kind }
} }`;
const SERIES = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $points: Int!) { patient(id: $id) {
  observationSeries(kind: BLOOD_PRESSURE, from: $from, to: $to, points: $points) {
    unit bucketSeconds count lines { part code { code } points { at count min max mean last } }
  }
} }`;
const SELECTION = `... on Patient { id observations { edges { node { id note } } } latestObservations { id }
  observationSeries(kind: HEART_RATE, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z") { count }
  reminders { edges { node { title } } } followUpPlans { edges { node { title } } } }`;

interface Outcome {
  readonly status: string;
  readonly observation: { id: string; flag: string } | null;
}
interface Uploaded {
  readonly uploadId: string;
  readonly accepted: number;
  readonly outcomes: Outcome[];
}

const glucose = (clientId: string, value = 5.6, more: object = {}) => ({
  clientId,
  kind: 'BLOOD_GLUCOSE',
  quantity: { value, unit: 'mmol/L' },
  takenAt: '2026-03-01T00:00:00.000Z',
  ...more,
});
const pressure = (minute: number, systolic: number, diastolic = 70) => ({
  kind: 'BLOOD_PRESSURE',
  bloodPressure: { systolic, diastolic },
  takenAt: new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
});
const batch = (patientId: string, items: object[], idempotencyKey: string = randomUUID()) => ({
  input: { patientId, deviceId: 'meter-1', items, idempotencyKey },
});

async function someone() {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token, { birthDate: '1980-05-05' });
  const tryUpload = (items: object[], key?: string) => ask(UPLOAD, batch(id, items, key), { token });
  const upload = async (items: object[], key?: string) =>
    (await data(UPLOAD, batch(id, items, key), { token })).uploadObservations as Uploaded;
  return { id, token, accountId, upload, tryUpload };
}

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

test('charts, pages and the latest leave out what was taken back, which is never deleted', async () => {
  const { id, token, upload } = await someone();
  const systolic = [120, 130, 190, 110];
  const { outcomes } = await upload(systolic.map((value, index) => pressure(index, value)));
  await upload([
    glucose('1'),
    { kind: 'HEART_RATE', quantity: { value: 72, unit: '/min' }, takenAt: '2026-03-02T00:00:00Z' },
  ]);
  const chart = async (points: number) => {
    const span = { from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:04:00Z', points };
    const { patient } = await data(SERIES, { id, ...span }, { token });
    return (patient as { observationSeries: { count: number; lines: { points: object[] }[] } })
      .observationSeries;
  };
  expect(await chart(2)).toMatchObject({
    unit: 'mm[Hg]',
    bucketSeconds: 120,
    count: 4,
    lines: [
      {
        part: 'SYSTOLIC',
        code: { code: '8480-6' },
        points: [
          { at: '2026-03-01T00:00:00.000Z', count: 2, min: 120, max: 130, mean: 125, last: 130 },
          { at: '2026-03-01T00:02:00.000Z', count: 2, min: 110, max: 190, mean: 150, last: 110 },
        ],
      },
      { part: 'DIASTOLIC', points: [{ mean: 70 }, { mean: 70 }] },
    ],
  });
  const wrong = outcomes[2]?.observation;
  expect(wrong?.flag).toBe('CRITICAL_HIGH');
  const take = (key: string, observationId = wrong?.id) =>
    ask(VOID, { input: { observationId, reason: 'WRONG_PERSON', idempotencyKey: key } }, { token });
  const key = randomUUID();
  const voided = {
    voidObservation: { id: wrong?.id, status: 'ENTERED_IN_ERROR', voidReason: 'WRONG_PERSON' },
  };
  const answers = await times(5, () => take(key));
  for (const answer of answers) expect(answer.data).toEqual(voided);
  expect(codesOf([await take(randomUUID()), await take(randomUUID(), stableId('obs', 'none'))])).toEqual([
    'NOT_FOUND',
    'OBSERVATION_VOIDED',
  ]);
  expect(await chart(1)).toMatchObject({ count: 3, lines: [{ points: [{ max: 130 }] }, {}] });
  // What a device sends again does not come back to life.
  expect((await upload([pressure(2, 190)])).outcomes[0]?.status).toBe('DUPLICATE');
  const PAGE = `query ($id: ID!, $first: Int, $after: String, $withVoided: Boolean!) { patient(id: $id) {
    observations(kind: BLOOD_PRESSURE, first: $first, after: $after, withVoided: $withVoided) {
      edges { node { bloodPressure } } pageInfo { hasNextPage endCursor }
    }
    latestObservations { kind bloodPressure components { part flag reference { high source } } }
  } }`;
  interface Page {
    observations: {
      edges: { node: { bloodPressure: string } }[];
      pageInfo: { endCursor: string; hasNextPage: boolean };
    };
    latestObservations: { kind: string }[];
  }
  const page = async (more: object) =>
    (await data(PAGE, { id, withVoided: false, ...more }, { token })).patient as Page;
  const one = await page({ first: 2 });
  const two = await page({ first: 2, after: one.observations.pageInfo.endCursor });
  const shown = [one, two].flatMap(({ observations }) =>
    observations.edges.map(({ node }) => node.bloodPressure),
  );
  expect(shown).toEqual(['110/70 mmHg', '130/70 mmHg', '120/70 mmHg']);
  expect([one.observations.pageInfo.hasNextPage, two.observations.pageInfo.hasNextPage]).toEqual([
    true,
    false,
  ]);
  expect((await page({ withVoided: true })).observations.edges).toHaveLength(4);
  expect(one.latestObservations.map(({ kind }) => kind)).toEqual([
    'BLOOD_PRESSURE',
    'BLOOD_GLUCOSE',
    'HEART_RATE',
  ]);
  expect(one.latestObservations[0]).toMatchObject({
    bloodPressure: '110/70 mmHg',
    components: [{ part: 'SYSTOLIC', flag: 'NORMAL', reference: { high: 135 } }, { part: 'DIASTOLIC' }],
  });
  const bad = await ask(PAGE, { id, withVoided: false, after: 'b2Jz' }, { token });
  expect(codesOf([bad])).toEqual(['BAD_CURSOR']);
});

test('a series that would be too much is refused before a value is read, and the one beside it is not', async () => {
  const { id, accountId, upload } = await someone();
  await upload([pressure(0, 120), pressure(1, 121), pressure(2, 122), glucose('1')]);
  const { foundation, close } = await layFoundation(
    loadUsersConfig(benchEnvironment(inject('platformDir'))),
    database,
  );
  try {
    const { db, cipher, audit } = foundation;
    const store = new ObservationStore(db, cipher, audit, 3);
    const actor: Actor = { kind: 'account', accountId, sessionId: 's', grants: [] };
    const look = (kind: ObservationKind) => ({
      actor,
      patient: { id, accountId },
      kind,
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2026-12-01T00:00:00Z'),
    });
    const [small, large] = [look(ObservationKind.BLOOD_GLUCOSE), look(ObservationKind.BLOOD_PRESSURE)];
    expect(await store.series.read([small, large])).toMatchObject([
      [{ value: '5.6 mmol/L' }],
      { code: 'SERIES_TOO_LONG', params: { most: 3 } },
    ]);
    expect(await store.series.read([large])).toMatchObject([
      [{ value: '120/70 mmHg' }, { value: '121/70 mmHg' }, { value: '122/70 mmHg' }],
    ]);
  } finally {
    await close();
  }
});

test('the statements of a read do not grow with patients or rows', async () => {
  const { accessToken: token } = await logInAnew();
  const ALL = `{ myPatients { id observations(first: 50) { edges { node { flag note } } }
    latestObservations { components { flag } }
    observationSeries(kind: BLOOD_GLUCOSE, from: "2026-01-01T00:00:00Z", to: "2026-12-01T00:00:00Z") { count }
    reminders { edges { node { title } } } followUpPlans { edges { node { items { text } } } }
  } }`;
  const addWith = async (count: number) => {
    const { id } = await added(token, { birthDate: '1980-05-05', relation: 'OTHER' });
    await data(
      UPLOAD,
      batch(
        id,
        Array.from({ length: count }, (_, index) => glucose(String(index))),
      ),
      { token },
    );
  };
  await addWith(1);
  const one = await statementsOf(ALL, {}, token);
  await addWith(40);
  await addWith(20);
  const three = await statementsOf(ALL, {}, token);
  expect(three.statements.users?.length, JSON.stringify(three.statements.users)).toBe(
    one.statements.users?.length,
  );
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
