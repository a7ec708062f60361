import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { Clinic, requestOf } from '../testkit/clinic.ts';
import { logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { replicaCaughtUp } from '../testkit/rows.ts';
import { statementsOf } from '../testkit/sql-log.ts';
import { appointment } from './some-appointment.ts';
import { added, codesOf } from './some-patients.ts';

const LOG = `query ($id: ID!, $first: Int, $after: String) { patient(id: $id) { accessLog(first: $first, after: $after) {
  edges { node { who roles isMine what via action } } pageInfo { hasNextPage endCursor }
} } }`;

interface Log {
  readonly edges: { node: { action: string; who: string; what: string } }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string };
}

let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(() => clinic.close());

test('a guardian sees who looked, here and in the records, the newest first, page by page', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token);
  await appointment('demo-doctor-01', id, 'CONFIRMED');
  await replicaCaughtUp();
  const ARCHIVE = 'query ($id: ID!) { patient(id: $id) { archive { version } } }';
  await data(ARCHIVE, { id }, { token: tokenOf('王建国') });
  const talk = await clinic.talk({ patientId: id });
  const recordId = await clinic.draft(talk);
  await clinic.services.records.reading.get(requestOf(talk.doctor), recordId);
  await replicaCaughtUp();
  const log = async (variables: object = {}, locale = 'en') => {
    const options = { token, headers: { 'accept-language': locale } };
    return ((await data(LOG, { id, ...variables }, options)).patient as { accessLog: Log }).accessLog;
  };
  await until(async () => (await log()).edges.length === 4);
  const { edges } = await log();
  expect(edges.map((each) => each.node)).toMatchObject([
    // The doctor of the test has no account that is known here.
    { action: 'medical_record.read', who: 'Somebody', what: 'read a medical record', isMine: false },
    { action: expect.stringMatching(/^medical_record\./) as string, what: 'added or changed data' },
    { who: '王建国', roles: ['DOCTOR'], via: 'TREATMENT', what: 'read the health archive', isMine: false },
    { action: 'patient.add', via: 'GUARDIAN', what: 'added the patient', isMine: true },
  ]);
  expect((await log({}, 'zh-CN')).edges[2]?.node.what).toBe('查看健康档案');
  const text = JSON.stringify(edges);
  for (const hidden of [accountId, stableId('acc', 'demo-doctor-01')]) expect(text).not.toContain(hidden);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await log({ first: 1, ...(after && { after }) });
    seen.push(...page.edges.map((each) => each.node.action));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
  } while (after);
  expect(seen).toEqual(edges.map((each) => each.node.action));
  expect(codesOf([await ask(LOG, { id }, { token: tokenOf('王建国') })])).toEqual(['FORBIDDEN']);
  expect(codesOf([await ask(LOG, { id }, { token: tokenOf('郑管理') })])).toEqual(['NOT_FOUND']);
});

test('the logs of three patients take as many statements as that of one', async () => {
  const { accessToken: token } = await logInAnew();
  await added(token);
  const MINE =
    '{ myPatients { accessLog(first: 3) { edges { node { who what } } } shares { id } needsOwnConsent } }';
  // Not the answer to who the session is, which is remembered for a moment, nor the wait for a replica.
  const counted = (statements: string[] = []) =>
    statements.filter((sql) => !/`session`|role_permission|`account_id` = \?\)\) ORDER|GTID/.test(sql))
      .length;
  // The fewest of some: what a busy replica does not answer in time is asked for again at the primary.
  const fewest = async (patients: number) => {
    const runs: Record<string, number>[] = [];
    for (let run = 0; run < 4; run += 1) {
      const { data, statements } = await statementsOf(MINE, {}, token);
      expect(data.myPatients).toHaveLength(patients);
      runs.push({ users: counted(statements.users), care: counted(statements.care) });
    }
    return (service: string) => Math.min(...runs.map((each) => each[service] ?? 0));
  };
  const one = await fewest(1);
  await added(token, { name: '小红' });
  await added(token, { name: '小蓝' });
  const three = await fewest(3);
  for (const service of ['users', 'care']) {
    expect(one(service), service).toBeGreaterThan(0);
    expect(three(service), service).toBe(one(service));
  }
});
