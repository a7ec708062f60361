import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { grantAt } from '../testkit/rights.ts';
import { replicaCaughtUp, rows } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { inputFor, REVIEW } from './review-bench.ts';
import {
  codeOf,
  listed,
  olderPharmacy,
  ONE,
  openReview,
  PLACES,
  reviewerAt,
  type ReviewParties,
  waiting,
} from './review-places-kit.ts';

const ASSIGN =
  'mutation ($input: ReviewAssignmentInput!) { assignReviewingPharmacy(input: $input) { id name } }';
const WITHDRAW = ASSIGN.replace('assign', 'withdraw');

let { pharmacy, patient, otherPharmacy, outsider } = {} as ReviewParties;
beforeAll(async () => {
  ({ pharmacy, patient, otherPharmacy, outsider } = await openReview());
});
afterAll(() => pharmacy.close());

/** Somebody who manages a hospital. @returns an access token */
async function managerOf(hospitalId: string): Promise<string> {
  const { accountId, accessToken: token } = await logInAnew();
  await grantAt(accountId, ['hospital.manage'], { scope: 'HOSPITAL', scopeId: hospitalId });
  const nothing = { hospitalId, pharmacyId: newId('pha') };
  await until(async () => (await codeOf(WITHDRAW, keyed(nothing), token)) === undefined);
  return token;
}

const keyed = (input: object) => ({ input: { idempotencyKey: randomUUID(), ...input } });

test('the administrators of a hospital name who reviews for it, and those of another one do not', async () => {
  const hospitalId = stableId('hos', 'H011');
  const token = await managerOf(hospitalId);
  const named = (more: object = {}) => keyed({ hospitalId, pharmacyId: otherPharmacy, ...more });
  const here = await waiting(pharmacy, patient, 'H011');
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

test('a hospital that withdraws its last pharmacy has none: those from before do not come back to it', async () => {
  const hospitalId = stableId('hos', 'H013');
  const older = await olderPharmacy();
  const [token, pharmacist] = await Promise.all([managerOf(hospitalId), reviewerAt(older)]);
  try {
    const { prescriptionId, reviewId } = await waiting(pharmacy, patient, 'H013');
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
    const { reviewingPharmacies } = await data(
      'query ($id: ID!) { reviewingPharmacies(hospitalId: $id) { id } }',
      { id: hospitalId },
      { token },
    );
    const left = (reviewingPharmacies as { id: string }[]).map(({ id }) => id);
    // Other tests have pharmacies from before, too.
    expect(left).toContain(third);
    for (const gone of [first, second]) expect(left).not.toContain(gone);
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
