import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { ownDoctor } from '../testkit/own-doctor.ts';
import { confineToDepartment } from '../testkit/rights.ts';
import { entities } from '../testkit/router-call.ts';
import { replicaCaughtUp, rows } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { inputFor, REVIEW, signedSheet } from './review-bench.ts';
import {
  codeOf,
  LIST,
  listed,
  olderPharmacy,
  ONE,
  openReview,
  PLACES,
  reviewerAt,
  type ReviewParties,
  waiting,
} from './review-places-kit.ts';

let { pharmacy, patient, outsider } = {} as ReviewParties;
beforeAll(async () => {
  ({ pharmacy, patient, outsider } = await openReview());
});
afterAll(() => pharmacy.close());

test('a pharmacist of one pharmacy neither sees nor decides what another one reviews', async () => {
  const { prescriptionId, reviewId } = await waiting(pharmacy, patient);
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
  const prescription = { __typename: 'Prescription', id: prescriptionId };
  const through = await entities(
    'pharmacy',
    outsider,
    [prescription],
    '... on Prescription { review { id } }',
  );
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

test('its author sees a review while prescribing at that hospital, and no other doctor does', async () => {
  // Of demo-doctor-01, who is licensed at H001.
  const own = await waiting(pharmacy, patient);
  const elsewhere = await waiting(pharmacy, patient, 'H002');
  expect(await codeOf(ONE, { id: own.reviewId }, tokenOf('王建国'))).toBeUndefined();
  expect(await codeOf(ONE, { id: elsewhere.reviewId }, tokenOf('王建国'))).toBe('NOT_FOUND');
  expect(await codeOf(ONE, { id: own.reviewId }, tokenOf('陈志远'))).toBe('NOT_FOUND');
  expect(await codeOf(ONE, { id: own.reviewId }, patient.token)).toBeUndefined();
});

test('its author sees a review by a grant for a department of that hospital alone', async () => {
  const doctor = await ownDoctor('科医生');
  await confineToDepartment(doctor.accountId, '03.04');
  const { accountId: doctorAccountId, token } = doctor;
  const own = await waiting(pharmacy, patient, 'H001', { doctorAccountId });
  expect(await data(ONE, { id: own.reviewId }, { token })).toMatchObject({
    prescriptionReview: { status: 'PENDING', sheet: { patientName: '钱大勇' } },
  });
  const elsewhere = await waiting(pharmacy, patient, 'H002', { doctorAccountId });
  expect(await codeOf(ONE, { id: elsewhere.reviewId }, token)).toBe('NOT_FOUND');
  const ofAnother = await waiting(pharmacy, patient, 'H001');
  expect(await codeOf(ONE, { id: ofAnother.reviewId }, token)).toBe('NOT_FOUND');
});

test('a pharmacy from before goes on for the hospitals that name none, and a review from before learns its own', async () => {
  const older = await olderPharmacy();
  try {
    const token = await reviewerAt(older);
    const unnamed = await waiting(pharmacy, patient, 'H012');
    const named = await waiting(pharmacy, patient, 'H001');
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
  for (let from = 0; from < sheets.length; from += 20) {
    await Promise.all(sheets.slice(from, from + 20).map((sheet) => pharmacy.receive(sheet)));
  }
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
  const { prescriptionId } = await waiting(pharmacy, patient);
  expect(await codeOf(REVIEW, { input: inputFor(prescriptionId) }, token)).toBe('FORBIDDEN');
  expect(await codeOf(LIST, {}, token)).toBe('FORBIDDEN');
});
