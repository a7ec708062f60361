import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { PrescriptionSnapshot } from '../../shared/events/prescription-snapshot.ts';
import { anonymous } from '../../shared/context/actor.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { Loaders } from '../../shared/loader/loaders.ts';
import type { PrescriptionReview } from '../../subgraphs/pharmacy/review/prescription-review.entity.ts';
import { ask, tokenOf } from '../testkit/client.ts';
import { signedRequest } from '../testkit/router-call.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { replicaCaughtUp } from '../testkit/rows.ts';
import {
  inputFor,
  newPatient,
  openPharmacy,
  type Person,
  type Pharmacy,
  REVIEW,
  signedSheet,
} from './review-bench.ts';

let pharmacy: Pharmacy;
let patient: Person;
beforeAll(async () => {
  pharmacy = await openPharmacy();
  patient = await newPatient();
});
afterAll(() => pharmacy.close());

const environment = () => environmentOf(inject('platformDir'));

interface Kept {
  readonly refusal: string | null;
  readonly payload: string;
  readonly status: string | null;
}

const keptOf = (prescriptionId: string) =>
  pharmacy.rows<Kept>(
    `SELECT refusal, payload, status FROM prescription_snapshot
       LEFT JOIN prescription_review ON snapshot_id = prescription_snapshot.id
     WHERE prescription_snapshot.prescription_id = ?`,
    [prescriptionId],
  );

/** Writes a fact as care's own outbox would have it, for its sequencer to number. */
async function tell(...sheets: PrescriptionSnapshot[]): Promise<void> {
  const { DATABASE_URL = '', CARE_DB_PASSWORD: password } = environment();
  const { hostname: host, port } = new URL(DATABASE_URL);
  const care = await createConnection({
    host,
    port: Number(port),
    user: 'yey_care',
    password,
    database: 'yey_care',
  });
  for (const sheet of sheets) {
    await care.query(
      `INSERT INTO outbox_event (id, type, version, aggregatetype, aggregateid, aggregate_version, occurred_at, actor,
         request_id, traceparent, payload)
       VALUES (?, 'prescription.signed', 1, 'Prescription', ?, 1, UTC_TIMESTAMP(3), ?, 'test', '', ?)`,
      [newId('evt'), sheet.prescriptionId, sheet.doctorAccountId, JSON.stringify(sheet)],
    );
  }
  await care.end();
}

test('what care tells comes in by itself, a forged sheet is refused and holds up nobody, and a replay changes nothing', async () => {
  const good = signedSheet(patient);
  const forged = { ...signedSheet(patient), patientName: '另一人' };
  const next = signedSheet(patient);
  await tell(good, forged, next);
  await until(async () => (await keptOf(next.prescriptionId)).length === 1, 20_000);
  expect(await keptOf(good.prescriptionId)).toMatchObject([{ refusal: null, status: 'PENDING' }]);
  expect(await keptOf(forged.prescriptionId)).toMatchObject([{ refusal: 'HASH_MISMATCH', status: null }]);
  const approve = (prescriptionId: string) =>
    ask(REVIEW, { input: inputFor(prescriptionId) }, { token: tokenOf('吴芳') });
  expect((await approve(forged.prescriptionId)).errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await approve(good.prescriptionId)).errors).toEqual([]);

  const cursor = async () =>
    Number(
      (await pharmacy.rows<{ seq: string }>(`SELECT seq FROM event_cursor WHERE producer = 'care'`))[0]?.seq,
    );
  const state = () =>
    pharmacy.rows(
      `SELECT prescription_snapshot.id AS sheet, refusal, prescription_review.id AS review, status, version
       FROM prescription_snapshot LEFT JOIN prescription_review ON snapshot_id = prescription_snapshot.id
       WHERE prescription_snapshot.prescription_id IN (?, ?, ?) ORDER BY sheet`,
      [good.prescriptionId, forged.prescriptionId, next.prescriptionId],
    );
  const at = await cursor();
  const before = await state();
  await pharmacy.db.transaction(({ manager }) =>
    manager.query(`UPDATE event_cursor SET seq = 0 WHERE producer = 'care'`),
  );
  await until(async () => (await cursor()) >= at, 20_000);
  expect(await state()).toEqual(before);
});

test('the same sheet under another fact is the same, another sheet of the prescription is refused', async () => {
  const sheet = signedSheet(patient);
  const { prescriptionId } = sheet;
  await pharmacy.receive(sheet);
  await pharmacy.receive(sheet);
  expect(await keptOf(prescriptionId)).toHaveLength(1);
  await pharmacy.receive(signedSheet(patient, { prescriptionId, departmentName: '外科' }));
  const kept = await keptOf(prescriptionId);
  expect(new Set(kept.map(({ refusal }) => refusal))).toEqual(new Set(['ANOTHER_IS_THERE', null]));
});

test('a sheet that was refused does not stand in the way of the good one', async () => {
  const sheet = signedSheet(patient);
  await pharmacy.receive({ ...sheet, doctorName: '另一人' });
  await pharmacy.receive(sheet);
  const kept = await keptOf(sheet.prescriptionId);
  expect(new Set(kept.map(({ status }) => status))).toEqual(new Set(['PENDING', null]));
});

test('identifiers that are none are refused, and never break the stream', async () => {
  const { lines } = signedSheet(patient);
  const [line] = lines;
  if (!line) throw new Error('a sheet has a line');
  const broken: Partial<PrescriptionSnapshot>[] = [
    { prescriptionId: '处方一' },
    { patientAccountId: "acc_1' OR '1'='1" },
    { patientId: stableId('acc', 'x') },
    { lines: [line, line] },
    { lines: [{ ...line, lineId: '第一行' }] },
  ];
  for (const more of broken) {
    const id = newId('evt');
    await pharmacy.receive(signedSheet(patient, more), id);
    const rows = await pharmacy.rows<{ refusal: string }>(
      'SELECT refusal FROM prescription_snapshot WHERE event_id = ?',
      [id],
    );
    expect(rows).toEqual([{ refusal: 'MALFORMED' }]);
  }
});

test('nothing of a sheet stands in the tables in clear, and a row that was moved is not believed', async () => {
  const one = signedSheet(patient);
  const other = signedSheet(patient, { patientName: '赵小明' });
  await pharmacy.receive(one);
  await pharmacy.receive(other);
  for (const table of ['prescription_snapshot', 'prescription_review', 'prescription_line']) {
    const text = JSON.stringify(
      await pharmacy.rows(`SELECT * FROM ${table} WHERE prescription_id = ?`, [one.prescriptionId]),
    );
    for (const secret of ['钱大勇', '氯雷他定', 'J30.4', one.lines[0]?.skuId ?? '', one.patientId]) {
      expect(text, `${table}: ${secret}`).not.toContain(secret);
    }
  }
  const [moved] = await keptOf(other.prescriptionId);
  await pharmacy.db.transaction(({ manager }) =>
    manager.query('UPDATE prescription_snapshot SET payload = ? WHERE prescription_id = ?', [
      moved?.payload,
      one.prescriptionId,
    ]),
  );
  await expect(pharmacy.prescriptions.getForOrder(one.prescriptionId, patient.accountId)).rejects.toThrow(
    'DECRYPT_FAILED',
  );
  const reviews = await pharmacy.reviewStore.byPrescription.read([one.prescriptionId, other.prescriptionId]);
  const { sheets, findings } = pharmacy.reviewReader.for(anonymous);
  for (const batch of [sheets, findings]) {
    const loader = new Loaders().of<PrescriptionReview, object>(batch);
    const loaded = await Promise.allSettled(
      reviews.flatMap((review) => (review ? [loader.load(review)] : [])),
    );
    expect(loaded.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  }
});

/** A call of the subgraph itself, signed as the router signs, in the name of somebody. */
async function askPharmacy(query: string, variables: object, token: string) {
  const { PHARMACY_URL: url = '', PHARMACY_ROUTER_SECRET: secret = '' } = environment();
  const body = JSON.stringify({ query, variables });
  const response = await fetch(await signedRequest({ url, secret, token, body }));
  return (await response.json()) as { data?: { _entities?: unknown[] }; errors?: unknown[] };
}

test('its patient, its author and pharmacists see a review; to anybody else there is none, by any road', async () => {
  const sheet = signedSheet(patient);
  await pharmacy.receive(sheet);
  const [row] = await pharmacy.rows<{ id: string }>(
    'SELECT id FROM prescription_review WHERE prescription_id = ?',
    [sheet.prescriptionId],
  );
  const ONE =
    'query ($id: ID!) { prescriptionReview(id: $id) { status sheet { patientName } findings { ruleId } } }';
  const ENTITIES = `query ($all: [_Any!]!) { _entities(representations: $all) {
    ... on Prescription { review { id sheet { patientName } } } ... on PrescriptionReview { id sheet { patientName } }
  } }`;
  const all = [
    { __typename: 'Prescription', id: sheet.prescriptionId },
    { __typename: 'PrescriptionReview', id: row?.id },
  ];
  const stranger = await newPatient();
  await replicaCaughtUp();
  const seen = { id: row?.id, sheet: { patientName: '钱大勇' } };
  for (const token of [patient.token, tokenOf('王建国'), tokenOf('吴芳')]) {
    const answer = await ask(ONE, { id: row?.id }, { token });
    expect(answer.data?.prescriptionReview).toMatchObject({ sheet: { patientName: '钱大勇' } });
    const { data, errors } = await askPharmacy(ENTITIES, { all }, token);
    expect(errors).toBeUndefined();
    expect(data?._entities).toEqual([{ review: seen }, seen]);
  }
  for (const token of [stranger.token, tokenOf('刘雅琴'), tokenOf('郑管理'), tokenOf('何分析')]) {
    const answer = await ask(ONE, { id: row?.id }, { token });
    expect(answer.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const { data } = await askPharmacy(ENTITIES, { all }, token);
    expect(data?._entities).toEqual([{ review: null }, null]);
    const missing = all.map((each) => ({ ...each, id: each.id?.replace(/.$/, '0') }));
    expect((await askPharmacy(ENTITIES, { all: missing }, token)).data?._entities).toEqual([
      { review: null },
      null,
    ]);
  }
  const anonymous = await ask(ONE, { id: row?.id });
  expect(anonymous.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
});
