import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { layFoundation } from '../../shared/foundation/foundation.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { ObservationKind } from '../../subgraphs/users/observation/observation-kinds.ts';
import { ObservationStore } from '../../subgraphs/users/observation/observation.store.ts';
import { ask, data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { statementsOf } from '../testkit/sql-log.ts';
import { batch, glucose, pressure, someone, UPLOAD, VOID } from './some-observations.ts';
import { added, codesOf, times } from './some-patients.ts';

const SERIES = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $points: Int!) { patient(id: $id) {
  observationSeries(kind: BLOOD_PRESSURE, from: $from, to: $to, points: $points) {
    unit bucketSeconds count lines { part code { code } points { at count min max mean last } }
  }
} }`;

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
    const common = { patientId: id, idempotencyKey: randomUUID(), title: 'x' };
    const reminder = { ...common, kind: 'MEDICATION', schedule: { times: ['08:00'] } };
    const plan = { ...common, items: [{ kind: 'VISIT', text: 'x', dueOn: '2999-01-01' }] };
    await data(
      `mutation ($reminder: CreateReminderInput!, $plan: CreateFollowUpPlanInput!) {
        createReminder(input: $reminder) { id } createFollowUpPlan(input: $plan) { id }
      }`,
      { reminder, plan },
      { token },
    );
    await data(
      UPLOAD,
      batch(
        id,
        Array.from({ length: count }, (_, index) => glucose(String(index))),
      ),
      { token },
    );
  };
  // Sessions and the wait for the replica are asked when they are due, whatever the operation.
  const counted = async () => {
    const { statements } = await statementsOf(ALL, {}, token);
    return (statements.users ?? []).filter((sql) =>
      /FROM `?(observation|reminder|follow_up|patient)/.test(sql),
    ).length;
  };
  await addWith(1);
  const one = await counted();
  expect(one).toBeGreaterThan(8);
  await addWith(40);
  await addWith(20);
  expect(await counted()).toBe(one);
});
