import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addDays } from '../../shared/clock/business-day.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { fixtureOf } from '../testkit/fixtures.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { publisherOf } from '../testkit/publisher.ts';
import { statementsOf } from '../testkit/sql-log.ts';

const ANALYST = '何分析';
const DOCTOR = stableId('doc', 'demo-doctor-01');
const HOSPITAL = stableId('hos', 'H001');

let care: Awaited<ReturnType<typeof publisherOf>>;
let pharmacy: Awaited<ReturnType<typeof publisherOf>>;
beforeAll(async () => {
  care = await publisherOf('care');
  pharmacy = await publisherOf('pharmacy');
});
afterAll(async () => {
  await care.close();
  await pharmacy.close();
});

/** A day on which nothing else happens, long after all others. */
const newDay = () => addDays('2040-01-01', randomInt(20_000));
const on = (day: string) => ({ from: day, to: day });

const REPORTS = `query ($from: Date!, $to: Date!) {
  heatMap(from: $from, to: $to) { latitude longitude visits }
  topDrugs(from: $from, to: $to, first: 5) { rank quantity amount sku { id } }
  doctorEfficiency(from: $from, to: $to, first: 5) {
    consultations averageWaitSeconds averageConsultationSeconds doctor { id name }
  }
}`;

test('what happens in care and pharmacy is in the reports, and still is after a rebuild', async () => {
  const day = newDay();
  const skuId = newId('sku');
  const consultationId = newId('con');
  const common = { doctorId: DOCTOR, hospitalId: HOSPITAL };
  await care.tell('appointment.checked_in', {
    ...fixtureOf('appointment.checked_in'),
    ...common,
    latitude: 39.91,
    longitude: 116.41,
    checkedInAt: `${day}T01:00:00.000Z`,
  });
  await care.tell('consultation.started', {
    ...fixtureOf('consultation.started'),
    ...common,
    consultationId,
    waitedSeconds: 600,
    startedAt: `${day}T01:10:00.000Z`,
  });
  await care.tell('consultation.completed', {
    ...fixtureOf('consultation.completed'),
    ...common,
    consultationId,
    startedAt: `${day}T01:10:00.000Z`,
    completedAt: `${day}T01:25:00.000Z`,
  });
  await pharmacy.tell('order.paid', {
    ...fixtureOf('order.paid'),
    orderId: newId('ord'),
    lines: [{ skuId, quantity: 3, totalFen: 8550 }],
    paidAt: `${day}T02:00:00.000Z`,
  });
  const expected = {
    heatMap: [{ latitude: 39.95, longitude: 116.45, visits: 1 }],
    topDrugs: [{ rank: 1, quantity: 3, amount: '85.50', sku: { id: skuId } }],
    doctorEfficiency: [
      {
        consultations: 1,
        averageWaitSeconds: 600,
        averageConsultationSeconds: 900,
        doctor: { id: DOCTOR, name: expect.any(String) as string },
      },
    ],
  };
  const reports = () => data(REPORTS, on(day), { token: tokenOf(ANALYST) });
  const areThere = async () => {
    const now = (await reports()) as Record<string, unknown[]>;
    return Object.values(now).every((rows) => rows.length === 1) && JSON.stringify(now).includes('900');
  };
  await until(areThere);
  expect(await reports()).toEqual(expected);
  await promisify(execFile)(process.execPath, ['dist/bundle/stats.js', 'rebuild'], {
    env: { ...process.env, ...environmentOf(inject('platformDir')) },
  });
  await until(areThere, 20_000);
  expect(await reports()).toEqual(expected);
});

test('hospitals and doctors have their figures, in a number of statements that does not grow', async () => {
  const day = newDay();
  for (const patient of ['a', 'b']) {
    await care.tell('appointment.checked_in', {
      ...fixtureOf('appointment.checked_in'),
      appointmentId: newId('apt'),
      patientId: newId(patient),
      hospitalId: HOSPITAL,
      checkedInAt: `${day}T01:00:00.000Z`,
    });
  }
  const token = tokenOf(ANALYST);
  const one = `query ($id: ID!, $from: Date!, $to: Date!) {
    hospital(id: $id) { visitCount(from: $from, to: $to) }
  }`;
  await until(async () => {
    const { hospital } = await data(one, { id: HOSPITAL, ...on(day) }, { token });
    return (hospital as { visitCount: number }).visitCount === 2;
  });
  const many = `query ($first: Int!, $from: Date!, $to: Date!) {
    hospitals(first: $first) { edges { node { id visitCount(from: $from, to: $to) } } }
    doctors(first: $first) { edges { node { id efficiency(from: $from, to: $to) { consultations } } } }
  }`;
  const few = await statementsOf(many, { first: 1, ...on(day) }, token);
  const more = await statementsOf(many, { first: 5, ...on(day) }, token);
  expect(few.statements.stats?.length).toBeGreaterThan(0);
  for (const service of ['users', 'care', 'stats']) {
    const [a, b] = [few.statements[service] ?? [], more.statements[service] ?? []];
    // Who may do what is asked of users again after two seconds.
    const own = (each: string[]) => each.filter((sql) => !/session|role_grant|role_permission/.test(sql));
    expect(own(b).length, JSON.stringify([a, b])).toBe(own(a).length);
  }
});

test('nobody without the permission sees a figure, by whatever road', async () => {
  const day = newDay();
  const queries = [
    'heatMap(from: $from, to: $to) { visits }',
    'topDrugs(from: $from, to: $to) { quantity }',
    'doctorEfficiency(from: $from, to: $to) { consultations }',
  ];
  for (const token of [undefined, tokenOf('李晓梅')]) {
    for (const query of queries) {
      const answer = await ask(`query ($from: Date!, $to: Date!) { ${query} }`, on(day), { token });
      expect(answer.errors[0]?.extensions.code, query).toBe('FORBIDDEN');
    }
    const entities = await ask(
      `query ($hospital: ID!, $doctor: ID!, $from: Date!, $to: Date!) {
        hospital(id: $hospital) { name visitCount(from: $from, to: $to) }
        doctor(id: $doctor) { name efficiency(from: $from, to: $to) { consultations } }
      }`,
      { hospital: HOSPITAL, doctor: DOCTOR, ...on(day) },
      { token },
    );
    expect(entities.data).toMatchObject({
      hospital: { name: expect.any(String) as string, visitCount: null },
      doctor: { name: expect.any(String) as string, efficiency: null },
    });
    expect(entities.errors.map((error) => error.extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  }
});

test('what cannot be asked has its code', async () => {
  const token = tokenOf(ANALYST);
  const cases: [string, string][] = [
    ['heatMap(from: "2026-11-24", to: "2026-11-23") { visits }', 'VALIDATION_FAILED'],
    ['heatMap(from: "2026-01-01", to: "2027-01-02") { visits }', 'VALIDATION_FAILED'],
    ['heatMap(from: "2026-01-01", to: "2026-01-01", cellDegrees: 0.001) { visits }', 'VALIDATION_FAILED'],
    ['heatMap(from: "2026-01-01", to: "2026-01-01", cellDegrees: 11) { visits }', 'VALIDATION_FAILED'],
    ['topDrugs(from: "2026-01-01", to: "2026-01-01", first: 101) { rank }', 'VALIDATION_FAILED'],
    ['doctorEfficiency(from: "2026-02-29", to: "2026-03-01") { consultations }', 'GRAPHQL_VALIDATION_FAILED'],
  ];
  for (const [query, code] of cases) {
    const answer = await ask(`{ ${query} }`, {}, { token });
    expect(answer.errors[0]?.extensions.code, query).toBe(code);
  }
});
