import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { addDays, businessDay } from '../../shared/clock/business-day.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { entities } from '../testkit/router-call.ts';
import { asAdministrator, auditOf, replicaCaughtUp, rows } from '../testkit/rows.ts';
import { added, codesOf, times } from './some-patients.ts';

const ITEM = 'id kind text dueOn dueFrom status version completedBy observation { id }';
const CREATE = `mutation ($input: CreateFollowUpPlanInput!) { createFollowUpPlan(input: $input) {
  id title status version patient { id } items { ${ITEM} }
} }`;
const CANCEL =
  'mutation ($input: CancelFollowUpPlanInput!) { cancelFollowUpPlan(input: $input) { status version } }';
const COMPLETE = `mutation ($input: CompleteFollowUpItemInput!) { completeFollowUpItem(input: $input) { ${ITEM} plan { status } } }`;
const MINE = `query ($status: FollowUpItemStatus) { myFollowUps(status: $status) { edges { node { id text status plan { title } } } } }`;
const PLANS = `query ($id: ID!) { patient(id: $id) {
  followUpPlans { edges { node { id status version items { ${ITEM} } } } }
  reminders { edges { node { title kind status from until } } }
} }`;
const UPLOAD = `mutation ($input: UploadObservationsInput!) { uploadObservations(input: $input) {
  outcomes { observation { id } }
} }`;

interface Item {
  readonly id: string;
  readonly text: string;
  readonly status: string;
  readonly version: number;
  readonly observation: { id: string } | null;
}
interface Plan {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly items: Item[];
}

const today = () => businessDay(new Date());
const planFor = (patientId: string, items: object[], more: object = {}) => ({
  input: { patientId, title: '糖尿病随访', items, idempotencyKey: randomUUID(), ...more },
});
const sugar = (text: string, dueOn: string, more: object = {}) => ({
  kind: 'MEASUREMENT',
  observationKind: 'BLOOD_GLUCOSE',
  text,
  dueOn,
  ...more,
});
const measure = (patientId: string, takenAt: Date) => ({
  input: {
    patientId,
    idempotencyKey: randomUUID(),
    items: [
      { kind: 'BLOOD_GLUCOSE', quantity: { value: 6, unit: 'mmol/L' }, takenAt: takenAt.toISOString() },
    ],
  },
});

async function someone() {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token, { birthDate: '1980-05-05' });
  const create = async (items: object[]) =>
    (await data(CREATE, planFor(id, items), { token })).createFollowUpPlan as Plan;
  const plan = async () => {
    const { patient } = await data(PLANS, { id }, { token });
    return patient as {
      followUpPlans: { edges: { node: Plan }[] };
      reminders: { edges: { node: { title: string; status: string } }[] };
    };
  };
  return { id, token, accountId, create, plan };
}

test('measurements do the items whose day has come, one each; taken back, the item is open again', async () => {
  const { id, token, create, plan } = await someone();
  const day = today();
  const made = await create([
    sugar('第一次', day, { dueFrom: addDays(day, -7) }),
    sugar('第二次', addDays(day, 7), { dueFrom: addDays(day, -1) }),
    sugar('以后', addDays(day, 30)),
  ]);
  expect(made).toMatchObject({ status: 'OPEN', version: 1, patient: { id } });
  const upload = async (hoursAgo: number) => {
    const answer = await data(UPLOAD, measure(id, new Date(Date.now() - hoursAgo * 3_600_000)), { token });
    return (answer.uploadObservations as { outcomes: { observation: { id: string } }[] }).outcomes[0]
      ?.observation.id;
  };
  const states = async () =>
    (await plan()).followUpPlans.edges[0]?.node.items.map(({ status, observation }) => [
      status,
      observation?.id ?? null,
    ]);
  // Before the first item's days.
  await upload(24 * 20);
  expect(await states()).toEqual([
    ['PENDING', null],
    ['PENDING', null],
    ['PENDING', null],
  ]);
  const first = await upload(0.01);
  const second = await upload(24 * 3);
  expect(await states()).toEqual([
    ['DONE', second],
    ['DONE', first],
    ['PENDING', null],
  ]);
  await upload(0.02);
  expect((await states())?.[2]).toEqual(['PENDING', null]);
  const reminders = (await plan()).reminders.edges.map(({ node }) => [node.title, node.status]);
  expect(reminders).toContainEqual(['以后', 'ACTIVE']);
  expect(reminders).toContainEqual(['第二次', 'ENDED']);
  const VOID = 'mutation ($input: VoidObservationInput!) { voidObservation(input: $input) { status } }';
  await data(
    VOID,
    { input: { observationId: first, reason: 'WRONG_VALUE', idempotencyKey: randomUUID() } },
    { token },
  );
  expect(await states()).toEqual([
    ['DONE', second],
    ['PENDING', null],
    ['PENDING', null],
  ]);
  const [sealed] = await rows(
    'SELECT p.title, i.text FROM yey_users.follow_up_plan p JOIN yey_users.follow_up_item i ON i.plan_id = p.id WHERE p.id = ?',
    [made.id],
  );
  expect([sealed?.title, sealed?.text].join()).not.toMatch(/随访|次|以后/);
});

test('items done by hand complete the plan, one of many at once; what is over cannot be cancelled or done again', async () => {
  const { id, token, accountId, create, plan } = await someone();
  const day = today();
  const made = await create([
    { kind: 'VISIT', text: '复诊', dueOn: addDays(day, 1) },
    { kind: 'QUESTION', text: '有无低血糖', dueOn: addDays(day, 2) },
  ]);
  const done = (item: Item | undefined, expectedVersion = item?.version) =>
    ask(COMPLETE, { input: { itemId: item?.id, expectedVersion } }, { token });
  const [visit, question] = made.items;
  expect(codesOf(await times(5, () => done(visit)))).toEqual([
    'OK',
    ...Array<string>(4).fill('VERSION_CONFLICT'),
  ]);
  expect(codesOf([await done(visit, 2)])).toEqual(['FOLLOW_UP_STATE']);
  expect((await done(question)).data).toMatchObject({
    completeFollowUpItem: { status: 'DONE', completedBy: accountId, plan: { status: 'COMPLETED' } },
  });
  const cancel = (planId: string, expectedVersion: number) =>
    ask(CANCEL, { input: { planId, expectedVersion } }, { token });
  expect(codesOf([await cancel(made.id, 2)])).toEqual(['FOLLOW_UP_STATE']);
  const other = await create([sugar('测血糖', addDays(day, 1))]);
  expect(codesOf([await cancel(other.id, 9)])).toEqual(['VERSION_CONFLICT']);
  expect((await cancel(other.id, 1)).data).toEqual({
    cancelFollowUpPlan: { status: 'CANCELLED', version: 2 },
  });
  expect((await plan()).followUpPlans.edges[0]?.node.items[0]?.status).toBe('CANCELLED');
  expect((await plan()).reminders.edges.map(({ node }) => node.status).toSorted()).toEqual([
    'CANCELLED',
    'ENDED',
    'ENDED',
  ]);
  const refused = await Promise.all([
    ask(CREATE, planFor(id, []), { token }),
    ask(CREATE, planFor(id, [sugar('x', addDays(day, -1))]), { token }),
    ask(CREATE, planFor(id, [sugar('x', day, { dueFrom: addDays(day, 1) })]), { token }),
    ask(CREATE, planFor(id, [sugar('x', day, { observationKind: null })]), { token }),
    ask(CREATE, planFor(id, [sugar('x', day, { remindAt: '9:00' })]), { token }),
    ask(CREATE, planFor(id, [sugar('x'.repeat(201), day)]), { token }),
  ]);
  expect(codesOf(refused)).toEqual(Array<string>(6).fill('VALIDATION_FAILED'));
});

test('a treating doctor makes a plan, sees what is overdue, and no stranger sees or changes it', async () => {
  const { id, token, accountId, plan } = await someone();
  const doctorId = stableId('acc', 'demo-doctor-02');
  const doctor = { token: tokenOf('刘雅琴') };
  const day = today();
  const body = planFor(id, [sugar('随访血糖', day)]);
  expect(codesOf([await ask(CREATE, body, doctor)])).toEqual(['NOT_FOUND']);
  await asAdministrator(async (connection) => {
    await connection.query('SET FOREIGN_KEY_CHECKS = 0');
    const row = {
      id: stableId('apt', id),
      slot_id: id,
      schedule_id: id,
      doctor_id: stableId('doc', 'demo-doctor-02'),
    };
    const who = { doctor_account_id: doctorId, patient_id: id, account_id: accountId };
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
  const made = (await data(CREATE, body, doctor)).createFollowUpPlan as Plan;
  await replicaCaughtUp();
  expect((await plan()).followUpPlans.edges.map(({ node }) => node.id)).toEqual([made.id]);
  await asAdministrator((connection) =>
    connection.query('UPDATE yey_users.follow_up_item SET due_on = ?, due_from = ? WHERE plan_id = ?', [
      addDays(day, -1),
      addDays(day, -1),
      made.id,
    ]),
  );
  await replicaCaughtUp();
  interface Mine {
    myFollowUps: { edges: { node: Item }[] };
  }
  const mine = async (status: string | null, by = doctor) =>
    ((await data(MINE, { status }, by)) as unknown as Mine).myFollowUps.edges.map(({ node }) => node.id);
  const itemId = made.items[0]?.id ?? '';
  expect([await mine('OVERDUE'), await mine(null)].map((ids) => ids.includes(itemId))).toEqual([true, true]);
  expect((await mine('PENDING')).includes(itemId)).toBe(false);
  expect(await mine(null, { token })).toEqual([]);
  expect(await auditOf(id)).toContainEqual({ actor: doctorId, action: 'follow_up.read' });
  for (const name of ['李晓梅', '吴芳', '郑管理']) {
    const stranger = { token: tokenOf(name) };
    const tried = [
      await ask(CREATE, planFor(id, [sugar('x', day)]), stranger),
      await ask(COMPLETE, { input: { itemId, expectedVersion: 1 } }, stranger),
      await ask(CANCEL, { input: { planId: made.id, expectedVersion: 1 } }, stranger),
      await ask(PLANS, { id }, stranger),
    ];
    expect(codesOf(tried), name).toEqual(Array<string>(4).fill('NOT_FOUND'));
    const selection = '... on Patient { id followUpPlans { edges { node { title } } } }';
    expect(
      (await entities('users', stranger.token, [{ __typename: 'Patient', id }], selection)).entities,
    ).toEqual([null]);
  }
  // The guardian measures late: it is done all the same, and the doctor is told so.
  await data(UPLOAD, measure(id, new Date()), { token });
  await replicaCaughtUp();
  expect((await mine('OVERDUE')).includes(itemId)).toBe(false);
  expect((await mine('DONE')).includes(itemId)).toBe(true);
});
