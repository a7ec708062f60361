import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Clinic, codeOf, PIN, requestOf, someDoctor, someone } from '../testkit/clinic.ts';
import { auditOf } from '../testkit/rows.ts';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(() => clinic.close());

const AUDIT = 'yey_care_audit';
const amendment = (recordId: string, expectedVersion: number, more: object = {}) => ({
  recordId,
  reason: '补充查体',
  examination: '血压 148/92 mmHg，心率 80 次/分',
  pin: PIN,
  expectedVersion,
  idempotencyKey: randomUUID(),
  ...more,
});

test('a stranger finds nothing, a patient no draft, a later doctor what was signed while treating', async () => {
  const { reading, pages } = clinic.services.records;
  const talk = await clinic.talk();
  const id = await clinic.draft(talk);
  const see = (actor: Parameters<typeof requestOf>[0]) => codeOf(reading.get(requestOf(actor), id));
  expect(await see(talk.doctor)).toBe('ok');
  const later = await clinic.talk({ patientId: talk.patientId, patient: talk.patient });
  for (const actor of [talk.patient, later.doctor]) expect(await see(actor)).toBe('NOT_FOUND');
  await clinic.sign(talk.doctor, id);
  for (const actor of [talk.doctor, talk.patient, later.doctor]) expect(await see(actor)).toBe('ok');
  const strangers = [someone(), await clinic.doctor(), someone([], talk.doctor.accountId)];
  for (const actor of [...strangers, { kind: 'anonymous' }, { kind: 'service', name: 'pharmacy' }] as const) {
    expect(await see(actor)).toBe('NOT_FOUND');
  }
  const listed = async (actor: Parameters<typeof requestOf>[0]) =>
    pages.idsOf(requestOf(actor), { patientId: talk.patientId, after: undefined, limit: 10 });
  for (const actor of [talk.doctor, talk.patient, later.doctor]) expect(await listed(actor)).toEqual([id]);
  for (const actor of strangers) expect(await listed(actor)).toEqual([]);
  await clinic.rows("UPDATE consultation SET status = 'CLOSED' WHERE id = ?", [later.consultationId]);
  expect(await see(later.doctor)).toBe('NOT_FOUND');
});

test('every read is in the audit, one entry for each reader and record', async () => {
  const { reading } = clinic.services.records;
  const talk = await clinic.talk();
  const id = await clinic.draft(talk);
  await clinic.sign(talk.doctor, id);
  const before = (await auditOf(id, AUDIT)).length;
  const request = requestOf(talk.patient);
  await Promise.all([reading.get(request, id), reading.find(request, id)]);
  expect((await auditOf(id, AUDIT)).slice(before)).toEqual([
    { actor: talk.patient.accountId, action: 'medical_record.read' },
  ]);
  await codeOf(reading.get(requestOf(someDoctor()), id));
  await reading.get(requestOf(talk.doctor), id);
  expect((await auditOf(id, AUDIT)).slice(before + 1)).toEqual([
    { actor: talk.doctor.accountId, action: 'medical_record.read' },
  ]);
  expect((await auditOf(id, AUDIT)).slice(0, before).map((each) => each.action)).toEqual([
    'medical_record.create',
    'medical_record.sign',
  ]);
});

test('no word of a record stands in a table in clear', async () => {
  const { signing } = clinic.services.records;
  const words = { chiefComplaint: '秘密的主诉', plan: '秘密的处理' };
  const talk = await clinic.talk();
  const draft = await clinic.draft(talk, words);
  const other = await clinic.talk();
  const signed = await clinic.draft(other, words);
  await clinic.sign(other.doctor, signed);
  await signing.amend(other.doctor, amendment(signed, 2, { reason: '秘密的理由' }));
  const tables = [
    'medical_record',
    'idempotency_key',
    'outbox_event',
    `${AUDIT}.medical_record_version`,
    `${AUDIT}.audit_entry`,
  ];
  for (const table of tables) {
    const text = JSON.stringify(await clinic.rows(`SELECT * FROM ${table}`));
    expect(text.length).toBeGreaterThan(100);
    expect(text, table).not.toContain('秘密');
  }
  // Bound to its row: in another one it cannot be read.
  const [row] = await clinic.rows<{ draft: string }>('SELECT draft FROM medical_record WHERE id = ?', [
    draft,
  ]);
  const third = await clinic.talk();
  const moved = await clinic.draft(third);
  await clinic.rows('UPDATE medical_record SET draft = ? WHERE id = ?', [row?.draft, moved]);
  expect(await codeOf(clinic.services.records.reading.get(requestOf(third.doctor), moved))).toBe(
    'DECRYPT_FAILED',
  );
});

test('the statements of a page do not grow with its records', async () => {
  const { reading, pages } = clinic.services.records;
  const patient = someone();
  const doctor = await clinic.doctor();
  const { patientId } = await clinic.talk();
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    const talk = await clinic.talk({ doctor, patient, patientId });
    const id = await clinic.draft(talk);
    await clinic.sign(doctor, id);
    ids.push(id);
  }
  const request = requestOf(patient);
  const first = await pages.idsOf(request, { patientId, after: undefined, limit: 3 });
  expect(first).toEqual(ids.toReversed().slice(0, 3));
  expect(await pages.idsOf(request, { patientId, after: first[2], limit: 3 })).toEqual([ids[0]]);
  const before = await clinic.rows<object>(`SELECT id FROM ${AUDIT}.audit_entry WHERE actor = ?`, [
    patient.accountId,
  ]);
  const found = await Promise.all(ids.map((id) => reading.get(request, id)));
  expect(found.map((record) => record.chiefComplaint)).toEqual(ids.map(() => '头晕三天'));
  const after = await clinic.rows<object>(`SELECT id FROM ${AUDIT}.audit_entry WHERE actor = ?`, [
    patient.accountId,
  ]);
  expect(after.length - before.length).toBe(4);
});
