import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ReviewItem } from '../../subgraphs/pharmacy/review/review-items.ts';
import { ReviewDecision } from '../../subgraphs/pharmacy/review/review.inputs.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { until } from '../testkit/platform.ts';
import { replicaCaughtUp } from '../testkit/rows.ts';
import {
  ALL_PASSED,
  inputFor,
  newPatient,
  openPharmacy,
  type Person,
  type Pharmacy,
  recordAllergy,
  REVIEW,
  sheetLine,
  signedSheet,
} from './review-bench.ts';

let pharmacy: Pharmacy;
let patient: Person;
beforeAll(async () => {
  pharmacy = await openPharmacy();
  patient = await newPatient();
});
afterAll(() => pharmacy.close());

const wu = () => ({ token: tokenOf('吴芳') });
const review = (input: object, caller: { token: string } = wu()) => ask(REVIEW, { input }, caller);
const codeOf = async (input: object, caller?: { token: string }) =>
  (await review(input, caller)).errors[0]?.extensions.code;
/** A prescription that waits for its review. */
async function pending(more: Parameters<typeof signedSheet>[1] = {}, person = patient): Promise<string> {
  const sheet = signedSheet(person, more);
  await pharmacy.receive(sheet);
  return sheet.prescriptionId;
}
const eventsOf = (prescriptionId: string) =>
  pharmacy.rows<{ payload: string }>(
    `SELECT payload FROM outbox_event WHERE type = 'prescription.reviewed' AND payload LIKE ?`,
    [`%${prescriptionId}%`],
  );

describe('a decision', () => {
  test('approves, and the list, the sheet, the fact and the audit tell of it', async () => {
    const sheet = signedSheet(patient, { longSupplyReason: '慢性病' });
    await pharmacy.receive(sheet);
    const { prescriptionId } = sheet;
    await replicaCaughtUp();
    const LIST = `query ($after: String) { prescriptionReviews(status: PENDING, first: 100, after: $after) {
      edges { node { id version prescription { id } sheet { patientName doctorName diagnoses { code }
        lines { lineId skuId quantity } longSupplyReason hash } findings { ruleId } } } pageInfo { hasNextPage endCursor } } }`;
    type Page = {
      edges: { node: { id: string; version: number; prescription: { id: string }; findings: unknown[] } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    const waiting: Page['edges'] = [];
    for (let after: string | null = null, more = true; more;) {
      // Another test leaves a sheet that cannot be read: its fields fail alone.
      const page = (await ask(LIST, { after }, wu())).data?.prescriptionReviews as Page;
      waiting.push(...page.edges);
      ({ endCursor: after, hasNextPage: more } = page.pageInfo);
    }
    const found = waiting.find(({ node }) => node.prescription.id === prescriptionId)?.node;
    expect(found).toMatchObject({
      version: 1,
      findings: [],
      sheet: {
        patientName: '钱大勇',
        doctorName: '王建国',
        diagnoses: [{ code: 'J30.4' }],
        lines: [{ skuId: stableId('sku', 'D058'), quantity: 2 }],
        longSupplyReason: '慢性病',
        hash: sheet.hash,
      },
    });
    const done = await data(REVIEW, { input: inputFor(prescriptionId) }, wu());
    expect(done.reviewPrescription).toMatchObject({
      id: found?.id,
      status: 'APPROVED',
      version: 2,
      reason: null,
      secondLook: false,
      checks: ALL_PASSED,
    });
    const [fact, ...others] = await eventsOf(prescriptionId);
    expect(others).toEqual([]);
    expect(JSON.parse(fact?.payload ?? '')).toMatchObject({
      prescriptionId,
      decision: 'APPROVED',
      pharmacistAccountId: stableId('acc', 'demo-pharmacist-01'),
    });
    const audit = await pharmacy.rows<{ action: string; actor: string }>(
      'SELECT action, actor FROM yey_pharmacy_audit.audit_entry WHERE subject_id = ? ORDER BY id',
      [prescriptionId],
    );
    const actor = stableId('acc', 'demo-pharmacist-01');
    expect(audit).toContainEqual({ action: 'prescription.read', actor });
    expect(audit).toContainEqual({ action: 'prescription.approve', actor });
  });

  test('needs all ten items once, each passed for an approval, and a reason for a rejection', async () => {
    const id = await pending();
    const nine = ALL_PASSED.slice(1);
    expect(await codeOf(inputFor(id, { checks: nine }))).toBe('REVIEW_CHECKLIST_INCOMPLETE');
    expect(await codeOf(inputFor(id, { checks: [] }))).toBe('REVIEW_CHECKLIST_INCOMPLETE');
    expect(await codeOf(inputFor(id, { checks: [...ALL_PASSED, ...ALL_PASSED.slice(0, 1)] }))).toBe(
      'REVIEW_CHECKLIST_INCOMPLETE',
    );
    const failed = [{ item: ReviewItem.DEPARTMENT, passed: false }, ...nine];
    expect(await codeOf(inputFor(id, { checks: failed }))).toBe('REVIEW_ITEM_FAILED');
    const rejection = { decision: ReviewDecision.REJECT, checks: failed };
    expect(await codeOf(inputFor(id, rejection))).toBe('VALIDATION_FAILED');
    expect(await codeOf(inputFor(id, { ...rejection, reason: ' ' }))).toBe('VALIDATION_FAILED');
    expect(await codeOf(inputFor(id, { ...rejection, reason: 'x'.repeat(501) }))).toBe('VALIDATION_FAILED');
    const done = await review(inputFor(id, { ...rejection, reason: '科别与诊断不符' }));
    expect(done.data?.reviewPrescription).toMatchObject({ status: 'REJECTED', reason: '科别与诊断不符' });
    const [row] = await pharmacy.rows<{ reason: string }>(
      'SELECT reason FROM prescription_review WHERE prescription_id = ?',
      [id],
    );
    expect(row?.reason).toMatch(/^v1\./);
  });

  test('is made once, upon the version that was looked at', async () => {
    const id = await pending();
    expect(await codeOf(inputFor(id, { expectedVersion: 2 }))).toBe('VERSION_CONFLICT');
    expect(await codeOf(inputFor(id))).toBeUndefined();
    expect(await codeOf(inputFor(id))).toBe('VERSION_CONFLICT');
    expect(await codeOf(inputFor(id, { expectedVersion: 2 }))).toBe('PRESCRIPTION_ALREADY_REVIEWED');
    expect(await eventsOf(id)).toHaveLength(1);
  });

  test('of two pharmacists at once is that of one of them', async () => {
    for (let round = 0; round < 3; round += 1) {
      const id = await pending();
      const both = await Promise.all([
        codeOf(inputFor(id), wu()),
        codeOf(inputFor(id, { decision: ReviewDecision.REJECT, reason: '用量过大' }), {
          token: tokenOf('许静'),
        }),
      ]);
      expect(new Set(both)).toEqual(new Set([undefined, 'VERSION_CONFLICT']));
      expect(await eventsOf(id)).toHaveLength(1);
    }
  });

  test('made again with the same key is the same, also at the same moment; with another body it is refused', async () => {
    const id = await pending();
    const input = inputFor(id);
    const all = await Promise.all([review(input), review(input), review(input)]);
    for (const answer of all) expect(answer.errors).toEqual([]);
    expect(new Set(all.map(({ data: each }) => JSON.stringify(each))).size).toBe(1);
    expect(await codeOf(inputFor(id, { idempotencyKey: input.idempotencyKey, secondLook: true }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await eventsOf(id)).toHaveLength(1);
  });

  test('is never that of the author, nor of the patient, who may be a pharmacist too', async () => {
    const wuAccount = stableId('acc', 'demo-pharmacist-01');
    const written = await pending({ doctorAccountId: wuAccount });
    expect(await codeOf(inputFor(written))).toBe('REVIEW_OWN_PRESCRIPTION');
    const received = await pending({ patientAccountId: wuAccount });
    expect(await codeOf(inputFor(received))).toBe('REVIEW_OWN_PRESCRIPTION');
    expect(await codeOf(inputFor(written), { token: tokenOf('许静') })).toBeUndefined();
    const byHand = pharmacy.db.transaction(({ manager }) =>
      manager.query('UPDATE prescription_review SET pharmacist_account_id = ? WHERE prescription_id = ?', [
        wuAccount,
        written,
      ]),
    );
    await expect(byHand).rejects.toThrow();
  });

  test('is for pharmacists, on what there is and is valid', async () => {
    const id = await pending();
    for (const name of ['李晓梅', '王建国', '何分析', '郑管理']) {
      expect(await codeOf(inputFor(id), { token: tokenOf(name) }), name).toBe('FORBIDDEN');
      const list = await ask('{ prescriptionReviews { edges { cursor } } }', {}, { token: tokenOf(name) });
      expect(list.errors[0]?.extensions.code, name).toBe('FORBIDDEN');
    }
    expect(await codeOf(inputFor(stableId('rxn', 'nowhere')))).toBe('NOT_FOUND');
    expect(await codeOf(inputFor('rxn_1'))).toBe('BAD_ID');
    const late = await pending({ validUntil: new Date(Date.now() - 1000).toISOString() });
    expect(await codeOf(inputFor(late))).toBe('PRESCRIPTION_EXPIRED');
    expect(
      await codeOf(inputFor(late, { decision: ReviewDecision.REJECT, reason: '已过期' })),
    ).toBeUndefined();
  });
});

describe('what speaks against a prescription', () => {
  const FINDINGS = `query ($id: ID!) { prescriptionReview(id: $id) { findings { ruleId severity message lineIds source } } }`;
  const reviewIdOf = async (prescriptionId: string) =>
    (
      await pharmacy.rows<{ id: string }>('SELECT id FROM prescription_review WHERE prescription_id = ?', [
        prescriptionId,
      ])
    )[0]?.id;
  const findingsOf = async (prescriptionId: string, language = 'zh-CN') => {
    const reviewId = await reviewIdOf(prescriptionId);
    let answer: Record<string, unknown> = {};
    // The pharmacist reads from a replica, which has the review a moment after pharmacy took it in.
    await until(async () => {
      answer = await data(FINDINGS, { id: reviewId }, { ...wu(), headers: { 'accept-language': language } });
      return true;
    });
    return (answer.prescriptionReview as { findings: { ruleId: string; message: string }[] }).findings;
  };

  test('a grave warning needs a second look, and stays as it was when it was decided', async () => {
    const person = await newPatient();
    // Clopidogrel with omeprazole.
    const lines = [sheetLine('D043'), sheetLine('D053', { doseUnit: '粒' })];
    const id = await pending({ lines }, person);
    const rule = { ruleId: 'CI040', severity: 'MAJOR', lineIds: lines.map(({ lineId }) => lineId) };
    const before = await findingsOf(id);
    expect(before).toMatchObject([rule]);
    expect(before[0]?.message).toMatch(/\p{Script=Han}/u);
    expect((await findingsOf(id, 'en'))[0]?.message).not.toMatch(/\p{Script=Han}/u);
    const refused = await review(inputFor(id));
    expect(refused.errors[0]?.extensions).toMatchObject({
      code: 'REVIEW_NEEDS_SECOND_LOOK',
      params: { rules: 'CI040' },
    });
    expect(await codeOf(inputFor(id, { secondLook: true }))).toBeUndefined();
    await recordAllergy(person, 'B01AC04');
    expect(await findingsOf(id)).toEqual(before);
  });

  test('what could not be checked needs a second look too, and the reasons of the doctor are shown', async () => {
    const person = await newPatient({ isArchiveEmpty: true });
    const overrides = [{ ruleId: 'ARCHIVE_EMPTY', reason: '已当面询问，无过敏史' }];
    const id = await pending({ overrides }, person);
    expect(await findingsOf(id)).toContainEqual(
      expect.objectContaining({ ruleId: 'ARCHIVE_EMPTY', severity: 'CANNOT_CHECK' }),
    );
    const refused = await review(inputFor(id));
    expect(refused.errors[0]?.extensions.code).toBe('REVIEW_NEEDS_SECOND_LOOK');
    expect(refused.errors[0]?.extensions.params).toMatchObject({
      rules: expect.stringContaining('ARCHIVE_EMPTY') as string,
    });
    const SHEET =
      'query ($id: ID!) { prescriptionReview(id: $id) { sheet { overrides { ruleId reason } } } }';
    const { prescriptionReview } = await data(SHEET, { id: await reviewIdOf(id) }, wu());
    expect(prescriptionReview).toEqual({ sheet: { overrides } });
    expect(await codeOf(inputFor(id, { secondLook: true }))).toBeUndefined();
  });

  test('an allergy that was recorded after the signing is found, and nothing lifts it', async () => {
    const person = await newPatient();
    const id = await pending({ lines: [sheetLine('D001', { doseUnit: '粒' })] }, person);
    expect(await findingsOf(id)).toEqual([]);
    await recordAllergy(person, 'J01C');
    const refused = await review(inputFor(id, { secondLook: true }));
    expect(refused.errors[0]?.extensions).toMatchObject({
      code: 'REVIEW_FOUND_CONTRAINDICATION',
      params: { rules: 'CI103' },
    });
    expect(
      await codeOf(inputFor(id, { decision: ReviewDecision.REJECT, reason: '青霉素过敏' })),
    ).toBeUndefined();
  });
});

test('a review that was refused leaves no trace, and its key may be used again', async () => {
  const id = await pending();
  const idempotencyKey = randomUUID();
  expect(await codeOf(inputFor(id, { expectedVersion: 7, idempotencyKey }))).toBe('VERSION_CONFLICT');
  expect(await codeOf(inputFor(id, { idempotencyKey }))).toBeUndefined();
  await until(async () => (await eventsOf(id)).length === 1);
});
