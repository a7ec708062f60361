import { createHash, randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Clinic, codeOf, endings, PIN, requestOf, someone } from '../testkit/clinic.ts';
import { environmentOf } from '../testkit/platform.ts';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(() => clinic.close());

const AUDIT = 'yey_care_audit';
const versionsOf = async (recordId: string) =>
  (await clinic.services.records.versions.byRecord.read([recordId]))[0] ?? [];
const amendment = (recordId: string, expectedVersion: number, more: object = {}) => ({
  recordId,
  reason: '补充查体',
  examination: '血压 148/92 mmHg，心率 80 次/分',
  pin: PIN,
  expectedVersion,
  idempotencyKey: randomUUID(),
  ...more,
});

test('a draft is edited, signed, and amended by a new version with author, time and reason', async () => {
  const { reading, signing } = clinic.services.records;
  const talk = await clinic.talk();
  const id = await clinic.draft(talk, { chiefComplaint: '头晕' });
  await clinic.draft(talk, { recordId: id, expectedVersion: 1 });
  await clinic.sign(talk.doctor, id, 2);
  await signing.amend(talk.doctor, amendment(id, 3));
  expect(await reading.get(requestOf(talk.patient), id)).toMatchObject({
    status: 'SIGNED',
    version: 4,
    chiefComplaint: '头晕三天',
    examination: '血压 148/92 mmHg，心率 80 次/分',
    // The name is that of the catalogue.
    diagnoses: [{ code: 'I10', name: expect.stringContaining('高血压') as string }],
  });
  const [first, second] = await versionsOf(id);
  expect(first).toMatchObject({
    number: 1,
    reason: '',
    examination: '血压 150/95 mmHg',
    signedAt: clinic.now,
  });
  expect(second).toMatchObject({ number: 2, reason: '补充查体' });
  const document = JSON.parse(second?.signedDocument ?? '{}') as object;
  expect(document).toMatchObject({
    authorAccountId: talk.doctor.accountId,
    signedAt: clinic.now.toISOString(),
    previousHash: first?.signature.hash,
  });
  for (const version of [first, second]) {
    const hash = createHash('sha256')
      .update(version?.signedDocument ?? '')
      .digest('hex');
    expect(version?.signature.hash).toBe(hash);
    expect(version && (await clinic.services.signer.verify(version.signature, hash))).toBe(true);
  }
  expect((await clinic.factsOf(id)).map((fact) => JSON.parse(fact.payload) as object)).toMatchObject([
    { recordId: id, version: 1, patientId: talk.patientId, diagnosisCodes: ['I10'] },
    { recordId: id, version: 2 },
  ]);
});

test('what is signed can neither be edited nor signed again, and a draft not amended', async () => {
  const { signing } = clinic.services.records;
  const talk = await clinic.talk();
  const id = await clinic.draft(talk);
  expect(await codeOf(signing.amend(talk.doctor, amendment(id, 1)))).toBe('RECORD_NOT_SIGNED');
  await clinic.sign(talk.doctor, id);
  expect(await codeOf(clinic.draft(talk, { recordId: id, expectedVersion: 2 }))).toBe('RECORD_SIGNED');
  expect(await codeOf(clinic.draft(talk))).toBe('RECORD_SIGNED');
  expect(await codeOf(clinic.sign(talk.doctor, id, 2))).toBe('RECORD_SIGNED');
  expect(await codeOf(signing.amend(talk.doctor, amendment(id, 1)))).toBe('VERSION_CONFLICT');
  expect(await codeOf(signing.amend(talk.doctor, amendment(id, 2, { reason: ' ' })))).toBe(
    'VALIDATION_FAILED',
  );
  expect(await versionsOf(id)).toHaveLength(1);
});

test('the database itself refuses to change or delete a signed version', async () => {
  const talk = await clinic.talk();
  const id = await clinic.draft(talk);
  await clinic.sign(talk.doctor, id);
  const env = environmentOf(inject('platformDir'));
  const care = await createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: 'yey_care',
    password: env.CARE_DB_PASSWORD ?? '',
    database: AUDIT,
  });
  try {
    for (const table of ['medical_record_version', 'prescription_sheet']) {
      for (const sql of [
        `UPDATE ${table} SET hash = REPEAT('0', 64)`,
        `DELETE FROM ${table}`,
        `TRUNCATE TABLE ${table}`,
        `DROP TABLE ${table}`,
        `REPLACE INTO ${table} SELECT * FROM ${table}`,
      ]) {
        await expect(care.query(sql), sql).rejects.toThrow(/denied/);
      }
    }
    // Nor is a second version 1 to be had.
    await expect(
      care.query(
        `INSERT INTO medical_record_version SELECT CONCAT(LEFT(id, 20), '-forged'), record_id, number,
           author_account_id, content, hash, signature_algorithm, signature_key_id, signature_value, signed_at
         FROM medical_record_version WHERE record_id = ?`,
        [id],
      ),
    ).rejects.toThrow(/Duplicate/);
  } finally {
    await care.end();
  }
  expect(await versionsOf(id)).toHaveLength(1);
});

test('of two editors at once one wins, and the other is told', async () => {
  const { signing } = clinic.services.records;
  const begun = await clinic.talk();
  expect(await endings([1, 2, 3, 4].map(() => clinic.draft(begun)))).toEqual({ ok: 1, VERSION_CONFLICT: 3 });
  const talk = await clinic.talk();
  const id = await clinic.draft(talk);
  const edits = [1, 2, 3, 4].map((n) =>
    clinic.draft(talk, { recordId: id, expectedVersion: 1, plan: `${n}` }),
  );
  expect(await endings(edits)).toEqual({ ok: 1, VERSION_CONFLICT: 3 });
  const race = await endings([
    clinic.sign(talk.doctor, id, 2),
    clinic.sign(talk.doctor, id, 2),
    clinic.draft(talk, { recordId: id, expectedVersion: 2, plan: 'other' }),
  ]);
  expect(race.ok).toBe(1);
  if ((await versionsOf(id)).length === 0) await clinic.sign(talk.doctor, id, 3);
  const [{ version } = { version: 0 }] = await clinic.rows<{ version: number }>(
    'SELECT version FROM medical_record WHERE id = ?',
    [id],
  );
  const amendments = [1, 2, 3].map(() => signing.amend(talk.doctor, amendment(id, version)));
  expect(await endings(amendments)).toEqual({ ok: 1, VERSION_CONFLICT: 2 });
  expect((await versionsOf(id)).map((each) => each.number)).toEqual([1, 2]);
});

test('a retried signature is one signature and one fact', async () => {
  const { signing } = clinic.services.records;
  const talk = await clinic.talk();
  const id = await clinic.draft(talk);
  const input = { recordId: id, pin: PIN, expectedVersion: 1, idempotencyKey: randomUUID() };
  expect(await endings(Array.from({ length: 6 }, () => signing.sign(talk.doctor, input)))).toEqual({ ok: 6 });
  expect(await signing.sign(talk.doctor, input)).toBe(id);
  expect(await codeOf(signing.sign(talk.doctor, { ...input, expectedVersion: 2 }))).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
  expect(await clinic.factsOf(id)).toHaveLength(1);
  expect(await versionsOf(id)).toHaveLength(1);
});

test('a wrong PIN signs nothing', async () => {
  const { signing } = clinic.services.records;
  const talk = await clinic.talk();
  const id = await clinic.draft(talk);
  const input = { recordId: id, pin: '000000', expectedVersion: 1, idempotencyKey: randomUUID() };
  expect(await codeOf(signing.sign(talk.doctor, input))).toBe('SIGNING_PIN_WRONG');
  expect(await versionsOf(id)).toEqual([]);
  expect(await clinic.factsOf(id)).toEqual([]);
  await signing.sign(talk.doctor, { ...input, pin: PIN });
});

test('only the treating doctor writes, and only with the permission there', async () => {
  const talk = await clinic.talk();
  for (const stranger of [await clinic.doctor(), talk.patient, someone()]) {
    expect(await codeOf(clinic.draft({ ...talk, doctor: stranger }))).toBe('NOT_FOUND');
  }
  const without = { ...talk, doctor: someone([], talk.doctor.accountId) };
  expect(await codeOf(clinic.draft(without))).toBe('FORBIDDEN');
  const id = await clinic.draft(talk);
  expect(await codeOf(clinic.sign(await clinic.doctor(), id))).toBe('NOT_FOUND');
});

test('without evidence of an earlier diagnosis there is no diagnosis', async () => {
  const patientId = (await clinic.talk()).patientId;
  const first = await clinic.talk({ patientId, statement: null });
  expect(await codeOf(clinic.draft(first))).toBe('CONSULTATION_IS_ADVICE_ONLY');
  const advice = await clinic.draft(first, { diagnoses: [] });
  await clinic.sign(first.doctor, advice);
  // A record without a diagnosis is no evidence.
  const second = await clinic.talk({ patientId, statement: null });
  expect(await codeOf(clinic.draft(second))).toBe('CONSULTATION_IS_ADVICE_ONLY');
  const stated = await clinic.talk({ patientId });
  await clinic.sign(stated.doctor, await clinic.draft(stated));
  await clinic.draft(second);
});

test('a code has the form of ICD-10, and a name', async () => {
  const talk = await clinic.talk();
  for (const diagnoses of [
    [{ code: 'hypertension' }],
    [{ code: 'I1' }],
    [{ code: 'I10', name: '' }, { code: 'I10' }],
    [{ code: 'Q99.9' }],
    Array.from({ length: 11 }, (_, n) => ({ code: `A0${n % 10}.${n}`, name: 'x' })),
  ]) {
    expect(await codeOf(clinic.draft(talk, { diagnoses })), JSON.stringify(diagnoses)).toBe(
      'VALIDATION_FAILED',
    );
  }
  await clinic.draft(talk, {
    diagnoses: [
      { code: 'I10.x00x002', name: '高血压病1级' },
      { code: 'Q99.9', name: '其他' },
    ],
  });
});
