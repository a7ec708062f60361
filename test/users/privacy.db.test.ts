import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { newId } from '../../shared/ids/ids.ts';
import { exportDocument } from '../../subgraphs/users/privacy/export-document.ts';
import { impersonal, sources } from '../../subgraphs/users/privacy/personal-data.ts';
import { ask, data } from '../testkit/client.ts';
import { get } from '../testkit/files.ts';
import { logInAnew, newPhone } from '../testkit/login.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { asAdministrator, auditOf, rows } from '../testkit/rows.ts';
import { actorOf, placesOf, privacyBench, REACTION, someoneKnown } from './privacy-bench.ts';

const DAY_MS = 24 * 3_600_000;
const EXPORT =
  'mutation ($input: RequestMyExportInput!) { requestMyExport(input: $input) { id status url } }';
const EXPORTS = '{ myExports { id status formats expiresAt json: url fhir: url(format: FHIR_R4) } }';
const ERASE = 'mutation ($input: RequestErasureInput!) { requestErasure(input: $input) { id status dueAt } }';
const CANCEL = 'mutation ($input: CancelErasureInput!) { cancelErasure(input: $input) { id status } }';

let bench: Awaited<ReturnType<typeof privacyBench>>;
beforeAll(async () => {
  bench = await privacyBench();
});
afterAll(() => bench.close());

const key = () => ({ input: { idempotencyKey: randomUUID() } });
const codeIn = (answer: Awaited<ReturnType<typeof ask>>) => answer.errors[0]?.extensions.code;

/** What the other subgraphs hold of somebody, as if it had come about there. */
async function treated(accountId: string, patientId: string): Promise<void> {
  const ring = JSON.parse(
    environmentOf(inject('platformDir')).CARE_FIELD_KEYS ?? '',
  ) as ConstructorParameters<typeof FieldCipher>[0];
  const [consultation, record, version] = [newId('con'), newId('rec'), newId('rev')];
  const place = { table: 'medical_record_version', column: 'content', rowId: version };
  const content = new FieldCipher(ring).encrypt(JSON.stringify({ complaint: '反复胸闷' }), place);
  const at = '2026-03-01 08:00:00.000';
  await asAdministrator(async (admin) => {
    await admin.query(
      `INSERT INTO yey_care.consultation (id, doctor_id, doctor_account_id, patient_account_id, status, opened_at)
       VALUES (?, 'doc_1', 'acc_1', ?, 'CLOSED', ?)`,
      [consultation, accountId, at],
    );
    await admin.query(
      `INSERT INTO yey_care.chat_message (id, consultation_id, seq, sender, body, idempotency_key, sent_at)
       VALUES (?, ?, 1, 'PATIENT', '大夫您好', ?, ?)`,
      [newId('msg'), consultation, randomUUID(), at],
    );
    await admin.query(
      `INSERT INTO yey_care.medical_record (id, consultation_id, doctor_id, doctor_account_id, patient_id,
         patient_account_id, hospital_id, status, version, has_diagnosis, created_at, updated_at)
       VALUES (?, ?, 'doc_1', 'acc_1', ?, ?, 'hos_1', 'SIGNED', 1, 1, ?, ?)`,
      [record, consultation, patientId, accountId, at, at],
    );
    await admin.query(
      `INSERT INTO yey_care_audit.medical_record_version VALUES (?, ?, 1, 'acc_1', ?, '', '', '', '', ?)`,
      [version, record, content, at],
    );
    await admin.query(
      `INSERT INTO yey_pharmacy.medicine_order (id, account_id, pharmacy_id, status, total_fen, patient_fen,
         use_insurance, pay_by, placed_at, version) VALUES (?, ?, 'pha_1', 'CANCELLED', 4200, 4200, 0, ?, ?, 1)`,
      [newId('ord'), accountId, at, at],
    );
  });
}

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly json: string | null;
  readonly fhir: string | null;
}

test('a copy of everything that three subgraphs hold is made, readable, and for its owner alone', async () => {
  const phone = newPhone();
  const { accessToken: token, accountId } = await logInAnew(phone);
  const { id, number } = await someoneKnown(token, '欧阳明德', phone);
  await treated(accountId, id);
  const variables = key();
  const asked = (await data(EXPORT, variables, { token })).requestMyExport as Shown;
  expect(asked).toMatchObject({ status: 'PENDING', url: null });
  expect((await data(EXPORT, variables, { token })).requestMyExport).toMatchObject({ id: asked.id });
  expect(codeIn(await ask(EXPORT, key(), { token }))).toBe('EXPORT_TOO_OFTEN');

  let shown: Shown | undefined;
  await until(async () => {
    [shown] = (await data(EXPORTS, {}, { token })).myExports as Shown[];
    return shown?.status === 'READY';
  }, 20_000);
  const downloaded = await get(shown?.json ?? '', token);
  expect(downloaded.status).toBe(200);
  expect(downloaded.headers.get('content-disposition')).toContain(`filename="${asked.id}-json.json"`);
  const { parts } = exportDocument.parse(JSON.parse(downloaded.bytes.toString()));
  expect(parts.users.patients?.rows).toMatchObject([
    { id, name: '欧阳明德', identityNumber: number, phone, birthDate: '1987-06-13' },
  ]);
  expect(parts.users.identities?.rows).toMatchObject([{ kind: 'SMS', subject: phone }]);
  expect(parts.users.allergies?.rows).toMatchObject([{ reaction: REACTION }]);
  expect(parts.care.chatMessages?.rows).toMatchObject([{ body: '大夫您好' }]);
  expect(parts.care.medicalRecordVersions?.rows).toMatchObject([{ content: { complaint: '反复胸闷' } }]);
  expect(parts.pharmacy.orders?.rows).toMatchObject([{ totalFen: '4200' }]);
  // No key, fingerprint or hash is told.
  expect(downloaded.bytes.toString()).not.toMatch(/Index"|Hash"|documentKey|"v1\./);

  const fhir = await get(shown?.fhir ?? '', token);
  expect(fhir.headers.get('content-type')).toBe('application/fhir+json');
  expect(JSON.parse(fhir.bytes.toString())).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
  expect(fhir.bytes.toString()).toContain(number);

  const { accessToken: stranger } = await logInAnew();
  expect((await get(shown?.json ?? '', stranger)).code).toBe('FILE_URL_INVALID');
  expect((await get(shown?.json ?? '')).code).toBe('UNAUTHENTICATED');
  expect((await get((shown?.json ?? '').replace('-json', '-fhir'), token)).code).toBe('FILE_URL_INVALID');
  expect((await auditOf(asked.id)).map(({ action }) => action)).toEqual([
    'data_export.request',
    'data_export.make',
    'data_export.download',
    'data_export.download',
  ]);

  // After seven days it is gone, the files and the key.
  bench.clock.aheadMs = 8 * DAY_MS;
  expect(await bench.exports.find(asked.id)).toMatchObject({ status: 'EXPIRED' });
  await bench.exports.expire();
  bench.clock.aheadMs = 0;
  expect((await get(shown?.json ?? '', token)).code).toBe('NOT_FOUND');
  const [row] = await rows('SELECT status, document_key FROM yey_users.data_export WHERE id = ?', [asked.id]);
  expect(row).toEqual({ status: 'EXPIRED', document_key: null });
});

test('the published schema is that of the exports', () => {
  const published = readFileSync('subgraphs/users/privacy/personal-data.schema.json', 'utf8');
  expect(JSON.parse(published)).toEqual(z.toJSONSchema(exportDocument));
});

test('who asks for an erasure proves who it is, and can take it back', async () => {
  const phone = newPhone();
  const login = await logInAnew(phone);
  const actor = actorOf(login);
  const { erasures, codes, sent, clock } = bench;
  clock.aheadMs = 11 * 60_000;
  const request = (code?: string) => erasures.request(actor, { idempotencyKey: randomUUID(), code });
  await expect(request()).rejects.toMatchObject({ code: 'REAUTHENTICATION_NEEDED' });
  await codes.send(phone);
  const code = sent.get(phone) ?? '';
  await expect(request(code === '000000' ? '111111' : '000000')).rejects.toMatchObject({
    code: 'LOGIN_CODE_WRONG',
  });
  const id = await request(code);
  clock.aheadMs = 0;
  const token = login.accessToken;
  // It waits already: another request is answered with it.
  expect((await data(ERASE, key(), { token })).requestErasure).toMatchObject({ id, status: 'PENDING' });
  const back = key();
  expect((await data(CANCEL, back, { token })).cancelErasure).toMatchObject({ id, status: 'CANCELLED' });
  expect((await data(CANCEL, back, { token })).cancelErasure).toMatchObject({ id });
  expect(codeIn(await ask(CANCEL, key(), { token }))).toBe('NOT_FOUND');
  clock.aheadMs = 8 * DAY_MS;
  await bench.erasureJob.run(id);
  clock.aheadMs = 0;
  expect((await data('{ me { id } }', {}, { token })).me).toEqual({ id: login.accountId });
});

test('who administers or practises is not erased', async () => {
  const admin = await logInAnew('+8613800000032');
  const answer = await ask(ERASE, key(), { token: admin.accessToken });
  expect(answer.errors[0]?.extensions).toMatchObject({
    code: 'ERASURE_BLOCKED',
    params: { reason: 'ADMIN' },
  });
});

test('an erasure that died in the middle goes on, and leaves nothing of the person', async () => {
  const phone = newPhone();
  const login = await logInAnew(phone);
  const token = login.accessToken;
  const name = '司徒远航';
  const { id, number } = await someoneKnown(token, name, phone);
  const values = [name, number, phone.slice(3)];
  expect(await placesOf(values)).toEqual(
    expect.arrayContaining(['identity.subject', 'patient.identity_number', 'patient.name', 'patient.phone']),
  );
  await data(EXPORT, key(), { token });
  const { id: erasureId } = (await data(ERASE, key(), { token })).requestErasure as { id: string };
  await bench.erasureJob.run(erasureId);
  expect((await data('{ me { id } }', {}, { token })).me, 'before its day nothing happens').not.toBeNull();

  const { clock, erasureJob } = bench;
  clock.aheadMs = 8 * DAY_MS;
  const dying = bench.erasingWith(
    sources.map((each) => ({
      ...each,
      ...(each.name === 'sessions' && { erase: () => Promise.reject(new Error('killed')) }),
    })),
  );
  await expect(dying.run(erasureId)).rejects.toThrow('killed');
  const status = async () =>
    (await rows('SELECT status FROM yey_users.erasure_request WHERE id = ?', [erasureId]))[0];
  expect(await status()).toEqual({ status: 'RUNNING' });
  // From the first moment nobody gets in by the old login.
  await until(async () => codeIn(await ask('{ me { id } }', {}, { token })) === 'SESSION_ENDED');
  await Promise.all([erasureJob.run(erasureId), erasureJob.run(erasureId)]);
  await erasureJob.run(erasureId);
  clock.aheadMs = 0;
  expect(await status()).toEqual({ status: 'DONE' });

  const mine = await rows('SELECT display_name, erased_at FROM yey_users.account WHERE id = ?', [
    login.accountId,
  ]);
  expect(mine).toEqual([{ display_name: '已注销用户', erased_at: expect.any(Date) as Date }]);
  const [kept] = await rows('SELECT sex, birth_date, phone FROM yey_users.patient WHERE id = ?', [id]);
  expect(kept).toEqual({ sex: 'MALE', birth_date: '1987-01-01', phone: null });
  expect(await placesOf(values)).toEqual([]);
  const left = await rows('SELECT reaction FROM yey_users.allergy WHERE patient_id = ?', [id]);
  expect(left).toEqual([]);
  const events = await rows(
    "SELECT payload FROM yey_users.outbox_event WHERE type = 'account.erased' AND aggregateid = ?",
    [login.accountId],
  );
  expect(events.map(({ payload }) => JSON.parse(String(payload)) as object)).toMatchObject([
    { accountId: login.accountId, patientIds: [id] },
  ]);
  const actions = (await auditOf(login.accountId)).map(({ action }) => action);
  expect(actions.filter((each) => /^(erasure|account\.erase)/.test(each))).toEqual([
    'erasure.request',
    'erasure.begin',
    'account.erase',
  ]);

  // The number is free: its owner, or whoever has it next, begins anew.
  expect((await logInAnew(phone)).accountId).not.toBe(login.accountId);
});

test('every table of users is in the registry of personal data, or said to hold none', async () => {
  const tables = await rows(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'yey_users'",
  );
  const known = [...sources.map(({ table }) => table), ...Object.keys(impersonal)];
  expect(tables.map(({ name }) => String(name)).filter((name) => !known.includes(name))).toEqual([]);
});
