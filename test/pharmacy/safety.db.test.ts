import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { Loaders } from '../../shared/loader/loaders.ts';
import { ServiceClient, SERVICE_TOKEN_HEADER } from '../../shared/service/service-client.ts';
import { SkuStore } from '../../subgraphs/pharmacy/catalogue/sku.store.ts';
import { UsersClient } from '../../subgraphs/pharmacy/external/users.client.ts';
import {
  ReviewDecision,
  type ReviewPrescriptionInput,
} from '../../subgraphs/pharmacy/review/review.inputs.ts';
import { ReviewReader } from '../../subgraphs/pharmacy/review/review.reader.ts';
import { ReviewService } from '../../subgraphs/pharmacy/review/review.service.ts';
import { SnapshotVault } from '../../subgraphs/pharmacy/review/snapshot-vault.ts';
import { type ProfileSource, SafetyService } from '../../subgraphs/pharmacy/safety/safety.service.ts';
import { SafetyRuleStore } from '../../subgraphs/pharmacy/safety/safety-rule.store.ts';
import { ask, tokenOf } from '../testkit/client.ts';
import { environmentOf } from '../testkit/platform.ts';
import { serviceToken } from '../testkit/service-call.ts';
import {
  inputFor,
  newPatient,
  openPharmacy,
  type Person,
  type Pharmacy,
  recordAllergy,
  signedSheet,
} from './review-bench.ts';

let pharmacy: Pharmacy;
let patient: Person;
beforeAll(async () => {
  pharmacy = await openPharmacy();
  patient = await newPatient();
});
afterAll(() => pharmacy.close());

const FINDINGS = `query ($patientId: ID!, $lines: [SafetyLineInput!]!, $codes: [String!]!) {
  safetyFindings(patientId: $patientId, lines: $lines, diagnosisCodes: $codes) {
    ruleId kind severity lineIds message source
  }
}`;

const line = (lineId: string, code: string, doseValue = '1', doseUnit = '片') => ({
  lineId,
  skuId: stableId('sku', code),
  doseValue,
  doseUnit,
  timesPerDay: 3,
  days: 3,
});

interface Finding {
  readonly ruleId: string;
  readonly message: string;
}

/** Asks as care does. */
async function findings(
  lines: object[],
  { patientId = patient.patientId, codes = [] as string[], language = 'zh-CN' } = {},
) {
  const env = environmentOf(inject('platformDir'));
  const body = JSON.stringify({ query: FINDINGS, variables: { patientId, lines, codes } });
  const onBehalfOf = stableId('acc', 'demo-doctor-01');
  const response = await fetch(env.PHARMACY_URL ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-language': language,
      [SERVICE_TOKEN_HEADER]: await serviceToken('care', 'pharmacy', body, { onBehalfOf }),
    },
    body,
  });
  const { data, errors } = (await response.json()) as {
    data?: { safetyFindings: Finding[] } | null;
    errors?: { extensions: { code: string } }[];
  };
  return { found: data?.safetyFindings, code: errors?.[0]?.extensions.code };
}

test('care learns what is wrong with a prescription, in the language of the caller', async () => {
  const person = await newPatient();
  expect((await findings([line('L1', 'D001', '0.5', 'g')], person)).found).toEqual([]);
  await recordAllergy(person, 'J01C');
  const { found } = await findings([line('L1', 'D001', '0.5', 'g'), line('L2', 'D058')], person);
  expect(found).toMatchObject([
    {
      ruleId: 'CI103',
      kind: 'ALLERGY',
      severity: 'CONTRAINDICATED',
      lineIds: ['L1'],
      message: '青霉素过敏者禁用青霉素类',
    },
    { ruleId: 'CI267', kind: 'MAX_DAILY_DOSE', severity: 'MAJOR', lineIds: ['L2'] },
  ]);
  const english = await findings([line('L1', 'D001', '0.5', 'g')], { ...person, language: 'en' });
  expect(english.found?.[0]?.message).toBe('Penicillin allergy: all penicillins contraindicated');
});

test('the dose is that of the ingredient in the catalogue, over all products', async () => {
  // Paracetamol: 3 × 2 × 500 mg, and 3 × 2 × 325 mg hidden in a remedy for colds; the label allows 2 g without prescription.
  const { found } = await findings([line('L1', 'D018', '2'), line('L2', 'D019', '2')]);
  const ids = found?.map(({ ruleId }) => ruleId);
  expect(ids).toEqual(expect.arrayContaining(['CI245', 'CI247']));
  const drops = await findings([line('L1', 'D018', '20', '滴')]);
  expect(drops.found).toContainEqual(expect.objectContaining({ ruleId: 'CI247', severity: 'CANNOT_CHECK' }));
});

test('herbs, unknown products and an untouched archive are not passed', async () => {
  const herbs = await findings([line('L1', 'D076'), line('L2', 'D999')]);
  expect(herbs.found).toMatchObject([
    { ruleId: 'DRUG_WITHOUT_CODE', severity: 'CANNOT_CHECK', lineIds: ['L1', 'L2'] },
  ]);
});

test('diagnoses of the consultation count, unknown patients and bad input are refused', async () => {
  const { found } = await findings([line('L1', 'D016')], { codes: ['K25.900'] });
  expect(found?.map(({ ruleId }) => ruleId)).toContain('CI202');
  expect((await findings([], { patientId: stableId('pat', 'nobody') })).code).toBe('NOT_FOUND');
  expect((await findings([], { patientId: 'x' })).code).toBe('BAD_ID');
  expect((await findings([{ ...line('L1', 'D016'), skuId: 'x' }])).code).toBe('BAD_ID');
  expect((await findings(Array.from({ length: 51 }, () => line('L1', 'D016')))).code).toBe(
    'VALIDATION_FAILED',
  );
});

test('clients cannot ask it', async () => {
  const variables = { patientId: patient.patientId, lines: [], codes: [] };
  const answer = await ask(FINDINGS, variables, { token: tokenOf('吴芳') });
  expect(answer.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

const wu = {
  kind: 'account',
  accountId: stableId('acc', 'demo-pharmacist-01'),
  sessionId: '',
  grants: [{ role: 'PHARMACIST', permissions: ['prescription.review'], scope: 'PLATFORM', scopeId: '' }],
} as const;

/** The services of a review with another source of archives. */
function servicesWith(profiles: ProfileSource) {
  const { foundation, db, reviewStore: store, reviewPlaces: places } = pharmacy;
  const { cipher, audit, outbox, now } = foundation;
  const safety = new SafetyService(new SafetyRuleStore(db, now), new SkuStore(db), profiles, now);
  const vault = new SnapshotVault(cipher);
  return {
    reviews: new ReviewService({ db, store, places, vault, safety, audit, outbox, now }),
    reader: new ReviewReader(store, vault, safety, audit),
  };
}

test('when users does not answer nothing is approved, but a pharmacist may still reject', async () => {
  const nobody = new ServiceClient({ pharmacy: '0'.repeat(64) }, 'pharmacy', 'users', 'http://127.0.0.1:9');
  const { reviews } = servicesWith(new UsersClient(nobody));
  const sheet = signedSheet(patient);
  await pharmacy.receive(sheet);
  const decide = (more: Partial<ReviewPrescriptionInput> = {}) =>
    reviews.decide(wu, inputFor(sheet.prescriptionId, more));
  await expect(decide()).rejects.toThrow('UNAVAILABLE');
  const done = signedSheet(patient);
  await pharmacy.receive(done);
  const input = inputFor(done.prescriptionId);
  const reviewId = await pharmacy.reviews.decide(wu, input);
  expect(await reviews.decide(wu, input)).toBe(reviewId);
  await decide({ decision: ReviewDecision.REJECT, reason: '诊断不明' });
});

test('the findings of many reviews take one question to users', async () => {
  let questions = 0;
  const { reader } = servicesWith({
    patientProfiles: async (ids) => {
      questions += 1;
      if (ids.length !== 1) throw new AppError('UNAVAILABLE', { service: 'users' });
      return new Map();
    },
  });
  const sheets = [1, 2, 3, 4].map(() => signedSheet(patient));
  for (const sheet of sheets) await pharmacy.receive(sheet);
  const reviews = await pharmacy.reviewStore.byPrescription.read(
    sheets.map(({ prescriptionId }) => prescriptionId),
  );
  const actor = { ...wu, sessionId: newId('ses') };
  const loaders = new Loaders();
  const all = await Promise.all(
    reviews.flatMap((review) => (review ? [loaders.of(reader.for(actor).findings).load(review)] : [])),
  );
  // A patient who is not there any more gives no answer, rather than an empty one.
  expect(all).toEqual([null, null, null, null]);
  expect(questions).toBe(1);
});
