import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { confineToDepartment, ownDoctor } from '../testkit/own-doctor.ts';
import { until } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { askAs } from '../testkit/service-call.ts';
import { replicaCaughtUp, rows } from '../testkit/rows.ts';
import { withSecondFactor } from '../testkit/second-factor.ts';
import { employ } from '../testkit/staff.ts';
import {
  inputFor,
  newPatient,
  openPharmacy,
  type Person,
  type Pharmacy,
  REVIEW,
  signedSheet,
} from './review-bench.ts';

const LIST = `query ($after: String) { prescriptionReviews(first: 100, after: $after) {
  edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
const ONE = 'query ($id: ID!) { prescriptionReview(id: $id) { id status sheet { patientName } } }';
const ASSIGN =
  'mutation ($input: ReviewAssignmentInput!) { assignReviewingPharmacy(input: $input) { id name } }';
const WITHDRAW = ASSIGN.replace('assign', 'withdraw');

let pharmacy: Pharmacy;
let patient: Person;
/** A pharmacist of a pharmacy that reviews for nobody. */
let outsider: string;
let otherPharmacy: string;

async function newPharmacy(): Promise<string> {
  const id = newId('pha');
  await rows('INSERT INTO yey_pharmacy.pharmacy (id, name, city, address) VALUES (?, ?, ?, ?)', [
    id,
    '另一药房',
    '北京市',
    '西城区',
  ]);
  return id;
}

async function pharmacistAt(pharmacyId: string): Promise<string> {
  const login = await logInAnew();
  await employ(login, { institutionId: pharmacyId });
  await until(async () => (await codeOf(LIST, {}, login.accessToken)) === undefined);
  return login.accessToken;
}

beforeAll(async () => {
  [pharmacy, patient] = await Promise.all([openPharmacy(), newPatient()]);
  otherPharmacy = await newPharmacy();
  outsider = await pharmacistAt(otherPharmacy);
});
afterAll(() => pharmacy.close());

const codeOf = async (query: string, variables: object, token: string) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

async function waiting(
  hospital = 'H001',
  more: { readonly doctorAccountId?: string } = {},
): Promise<{ prescriptionId: string; reviewId: string }> {
  const sheet = signedSheet(patient, { hospitalId: stableId('hos', hospital), ...more });
  await pharmacy.receive(sheet);
  const [row] = await rows('SELECT id FROM yey_pharmacy.prescription_review WHERE prescription_id = ?', [
    sheet.prescriptionId,
  ]);
  await replicaCaughtUp();
  return { prescriptionId: sheet.prescriptionId, reviewId: String(row?.id) };
}

async function listed(token: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const page = (await data(LIST, { after }, { token })).prescriptionReviews as {
      edges: { node: { id: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    ids.push(...page.edges.map(({ node }) => node.id));
    ({ endCursor: after, hasNextPage: more } = page.pageInfo);
  }
  return ids;
}

test('a pharmacist of one pharmacy neither sees nor decides what another one reviews', async () => {
  const { prescriptionId, reviewId } = await waiting();
  expect(await listed(tokenOf('吴芳'))).toContain(reviewId);
  expect(await listed(outsider)).toEqual([]);
  expect(await codeOf(ONE, { id: reviewId }, outsider)).toBe('NOT_FOUND');
  for (const decision of [{}, { decision: 'REJECT', reason: '不当' }]) {
    const input = inputFor(prescriptionId, decision as object);
    expect(await codeOf(REVIEW, { input }, outsider)).toBe('NOT_FOUND');
  }
  const reference = { __typename: 'PrescriptionReview', id: reviewId };
  const past = await entities('pharmacy', outsider, [reference], '... on PrescriptionReview { status }');
  expect(past.entities).toEqual([null]);
  const stub = { __typename: 'Prescription', id: prescriptionId };
  const through = await entities('pharmacy', outsider, [stub], '... on Prescription { review { id } }');
  expect(through.entities).toEqual([{ review: null }]);
  const [row] = await rows('SELECT status, version FROM yey_pharmacy.prescription_review WHERE id = ?', [
    reviewId,
  ]);
  expect(row).toMatchObject({ status: 'PENDING', version: 1 });
  expect(await askAs('care', 'pharmacy', PLACES, { ids: [prescriptionId, newId('rxn')] })).toEqual({
    prescriptionPlaces: [
      { prescriptionId, reviewedAt: [stableId('pha', 'demo-pharmacy-01')], orderedAt: [] },
    ],
  });
  expect(await codeOf(REVIEW, { input: inputFor(prescriptionId) }, tokenOf('吴芳'))).toBeUndefined();
});

const PLACES = `query ($ids: [ID!]!) {
  prescriptionPlaces(prescriptionIds: $ids) { prescriptionId reviewedAt orderedAt }
}`;

test('its author sees a review while prescribing at that hospital, and no other doctor does', async () => {
  // Of demo-doctor-01, who is licensed at H001.
  const own = await waiting();
  const elsewhere = await waiting('H002');
  expect(await codeOf(ONE, { id: own.reviewId }, tokenOf('王建国'))).toBeUndefined();
  expect(await codeOf(ONE, { id: elsewhere.reviewId }, tokenOf('王建国'))).toBe('NOT_FOUND');
  expect(await codeOf(ONE, { id: own.reviewId }, tokenOf('陈志远'))).toBe('NOT_FOUND');
  expect(await codeOf(ONE, { id: own.reviewId }, patient.token)).toBeUndefined();
});

test('its author sees a review by a grant for a department of that hospital alone', async () => {
  const doctor = await ownDoctor('科医生');
  await confineToDepartment(doctor, '03.04');
  const { accountId: doctorAccountId, token } = doctor;
  const own = await waiting('H001', { doctorAccountId });
  expect(await data(ONE, { id: own.reviewId }, { token })).toMatchObject({
    prescriptionReview: { status: 'PENDING', sheet: { patientName: '钱大勇' } },
  });
  const elsewhere = await waiting('H002', { doctorAccountId });
  expect(await codeOf(ONE, { id: elsewhere.reviewId }, token)).toBe('NOT_FOUND');
  const ofAnother = await waiting('H001');
  expect(await codeOf(ONE, { id: ofAnother.reviewId }, token)).toBe('NOT_FOUND');
});

/** Somebody who manages a hospital. @returns an access token */
async function managerOf(hospitalId: string): Promise<string> {
  const manager = await withSecondFactor(await logInAnew());
  const name = `HOSPITAL_${newId('x').slice(-8)}`;
  const admin = { token: tokenOf('郑管理') };
  const role = { name, label: '院管', permissions: ['hospital.manage'], idempotencyKey: name };
  await data(
    'mutation ($input: CreateRoleInput!) { createRole(input: $input) { name } }',
    { input: role },
    admin,
  );
  await data(
    'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }',
    { input: { accountId: manager.accountId, role: name, scope: 'HOSPITAL', scopeId: hospitalId } },
    admin,
  );
  const token = manager.accessToken;
  const nothing = { hospitalId, pharmacyId: newId('pha') };
  await until(async () => (await codeOf(WITHDRAW, keyed(nothing), token)) === undefined);
  return token;
}

const keyed = (input: object) => ({ input: { idempotencyKey: randomUUID(), ...input } });

test('the administrators of a hospital name who reviews for it, and those of another one do not', async () => {
  const hospitalId = stableId('hos', 'H011');
  const token = await managerOf(hospitalId);
  const named = (more: object = {}) => keyed({ hospitalId, pharmacyId: otherPharmacy, ...more });
  const here = await waiting('H011');
  expect(await codeOf(ONE, { id: here.reviewId }, outsider)).toBe('NOT_FOUND');
  const once = named();
  for (const _ of [1, 2]) {
    expect(await data(ASSIGN, once, { token })).toEqual({
      assignReviewingPharmacy: [{ id: otherPharmacy, name: '另一药房' }],
    });
  }
  await replicaCaughtUp();
  expect(await listed(outsider)).toEqual([here.reviewId]);
  expect(await codeOf(REVIEW, { input: inputFor(here.prescriptionId) }, tokenOf('吴芳'))).toBe('NOT_FOUND');
  for (const [input, code] of [
    [named({ hospitalId: stableId('hos', 'H001') }), 'NOT_FOUND'],
    [named({ pharmacyId: newId('pha') }), 'NOT_FOUND'],
  ] as const) {
    expect(await codeOf(ASSIGN, input, token)).toBe(code);
  }
  expect(await codeOf(ASSIGN, named(), tokenOf('吴芳'))).toBe('FORBIDDEN');
  expect(await data(WITHDRAW, named(), { token })).toEqual({ withdrawReviewingPharmacy: [] });
  await replicaCaughtUp();
  expect(await codeOf(REVIEW, { input: inputFor(here.prescriptionId) }, outsider)).toBe('NOT_FOUND');
});

/** A pharmacy that reviews for every hospital that never named one, as those of an older release do. */
async function olderPharmacy(): Promise<string> {
  const id = await newPharmacy();
  await rows("INSERT INTO yey_pharmacy.reviewing_pharmacy (hospital_id, pharmacy_id) VALUES ('', ?)", [id]);
  return id;
}

test('a hospital that withdraws its last pharmacy has none: those from before do not come back to it', async () => {
  const hospitalId = stableId('hos', 'H013');
  const older = await olderPharmacy();
  const [token, pharmacist] = await Promise.all([managerOf(hospitalId), pharmacistAt(older)]);
  try {
    const { prescriptionId, reviewId } = await waiting('H013');
    const seen = async () => {
      await replicaCaughtUp();
      const code = await codeOf(ONE, { id: reviewId }, pharmacist);
      expect((await listed(pharmacist)).includes(reviewId)).toBe(code === undefined);
      return code === undefined;
    };
    expect(await seen()).toBe(true);
    const named = () => keyed({ hospitalId, pharmacyId: otherPharmacy });
    await data(ASSIGN, named(), { token });
    expect(await seen()).toBe(false);
    expect(await data(WITHDRAW, named(), { token })).toEqual({ withdrawReviewingPharmacy: [] });
    expect(await seen()).toBe(false);
    const places = await askAs('care', 'pharmacy', PLACES, { ids: [prescriptionId] });
    expect(places).toMatchObject({ prescriptionPlaces: [{ reviewedAt: [] }] });
    const own = keyed({ hospitalId, pharmacyId: older });
    expect(await data(ASSIGN, own, { token })).toMatchObject({ assignReviewingPharmacy: [{ id: older }] });
    expect(await seen()).toBe(true);
  } finally {
    await rows('DELETE FROM yey_pharmacy.reviewing_pharmacy WHERE pharmacy_id = ? OR hospital_id = ?', [
      older,
      hospitalId,
    ]);
  }
});

test('who withdraws those from before, at once too, keeps the others', async () => {
  const hospitalId = stableId('hos', 'H014');
  const [first, second, third] = await Promise.all([olderPharmacy(), olderPharmacy(), olderPharmacy()]);
  const token = await managerOf(hospitalId);
  try {
    const withdrawn = [first, second].map((pharmacyId) =>
      data(WITHDRAW, keyed({ hospitalId, pharmacyId }), { token }),
    );
    await Promise.all(withdrawn);
    const left = await data(
      'query ($id: ID!) { reviewingPharmacies(hospitalId: $id) { id } }',
      { id: hospitalId },
      { token },
    );
    expect(left).toEqual({ reviewingPharmacies: [{ id: third }] });
    const others = await rows(
      "SELECT pharmacy_id AS id FROM yey_pharmacy.reviewing_pharmacy WHERE hospital_id = '' AND pharmacy_id IN (?)",
      [[first, second, third]],
    );
    expect(others).toHaveLength(3);
  } finally {
    await rows('DELETE FROM yey_pharmacy.reviewing_pharmacy WHERE pharmacy_id IN (?) OR hospital_id = ?', [
      [first, second, third],
      hospitalId,
    ]);
  }
});

test('a pharmacy from before goes on for the hospitals that name none, and a review from before learns its own', async () => {
  const older = await olderPharmacy();
  try {
    const token = await pharmacistAt(older);
    const unnamed = await waiting('H012');
    const named = await waiting('H001');
    const before = await listed(token);
    expect(before).toContain(unnamed.reviewId);
    expect(before).not.toContain(named.reviewId);
    await rows('UPDATE yey_pharmacy.prescription_review SET hospital_id = NULL WHERE id = ?', [
      unnamed.reviewId,
    ]);
    await replicaCaughtUp();
    expect(await codeOf(ONE, { id: unnamed.reviewId }, token)).toBe('NOT_FOUND');
    await pharmacy.reviewPlaces.fillIn();
    await replicaCaughtUp();
    expect(await codeOf(ONE, { id: unnamed.reviewId }, token)).toBeUndefined();
  } finally {
    await rows('DELETE FROM yey_pharmacy.reviewing_pharmacy WHERE pharmacy_id = ?', [older]);
  }
});

test('sheets that cannot be read, were they more than a batch, hold up no other review from before', async () => {
  const hospitalId = stableId('hos', 'H015');
  const sheets = Array.from({ length: 201 }, () => signedSheet(patient, { hospitalId }));
  for (const sheet of sheets) await pharmacy.receive(sheet);
  const ids = sheets.map(({ prescriptionId }) => prescriptionId);
  const reviews = await rows(
    'SELECT id, snapshot_id FROM yey_pharmacy.prescription_review WHERE prescription_id IN (?) ORDER BY id',
    [ids],
  );
  const unreadable = reviews.slice(0, -1).map(({ snapshot_id: id }) => id);
  const change = (payload: string) =>
    rows(`UPDATE yey_pharmacy.prescription_snapshot SET payload = ${payload} WHERE id IN (?)`, [unreadable]);
  const told = () =>
    rows(
      'SELECT id, hospital_id FROM yey_pharmacy.prescription_review WHERE prescription_id IN (?) AND hospital_id IS NOT NULL',
      [ids],
    );
  await change("CONCAT('x', payload)");
  await rows('UPDATE yey_pharmacy.prescription_review SET hospital_id = NULL WHERE prescription_id IN (?)', [
    ids,
  ]);
  try {
    // The platform's own job may come first.
    await pharmacy.reviewPlaces.fillIn();
    expect(await told()).toEqual([{ id: reviews.at(-1)?.id, hospital_id: hospitalId }]);
  } finally {
    await change('SUBSTRING(payload, 2)');
  }
  await pharmacy.reviewPlaces.fillIn();
  expect(await told()).toHaveLength(sheets.length);
});

test('a permission to review that an older release granted for a hospital allows nothing there', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const role = `OLD_${newId('x').slice(-8)}`;
  await rows("INSERT INTO yey_users.role (name, label) VALUES (?, '旧')", [role]);
  await rows("INSERT INTO yey_users.role_permission (role, permission) VALUES (?, 'prescription.review')", [
    role,
  ]);
  await rows(
    `INSERT INTO yey_users.role_grant (id, account_id, role, scope, scope_id, granted_by, granted_at)
     VALUES (?, ?, ?, 'HOSPITAL', ?, 'acc_x', NOW(3))`,
    [newId('grt'), accountId, role, stableId('hos', 'H002')],
  );
  const { prescriptionId } = await waiting();
  expect(await codeOf(REVIEW, { input: inputFor(prescriptionId) }, token)).toBe('FORBIDDEN');
  expect(await codeOf(LIST, {}, token)).toBe('FORBIDDEN');
});
