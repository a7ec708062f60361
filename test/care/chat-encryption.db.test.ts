import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { type LaidFoundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { EncryptedFiles } from '../../shared/storage/encrypted-files.ts';
import { encryptOldFiles } from '../../shared/storage/encrypt-old-files.ts';
import { LocalFileStore } from '../../shared/storage/local-file-store.ts';
import { Attachment } from '../../subgraphs/care/attachment/attachment.entity.ts';
import { wireAttachments } from '../../subgraphs/care/attachment/attachment.wiring.ts';
import { loadCareConfig } from '../../subgraphs/care/config.ts';
import { ChatMessageStore } from '../../subgraphs/care/consultation/chat-message.store.ts';
import { ConsultationStore } from '../../subgraphs/care/consultation/consultation.store.ts';
import { database } from '../../subgraphs/care/datasource.ts';
import { data, tokenOf } from '../testkit/client.ts';
import { get, put } from '../testkit/files.ts';
import { OwnConsents } from '../testkit/own-consents.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { replicaCaughtUp, rows } from '../testkit/rows.ts';
import { pdf } from '../testkit/sample-files.ts';

const consultationId = newId('con');
let laid: LaidFoundation;
let messages: ChatMessageStore;
let attachments: ReturnType<typeof wireAttachments>;
let patient: string;
let doctor: string;
const folder = () => `${inject('platformDir')}/files`;

beforeAll(async () => {
  const config = loadCareConfig({ ...benchEnvironment(inject('platformDir')), FILES_DIR: folder() });
  laid = await layFoundation(config, database);
  const { db, cipher } = laid.foundation;
  messages = new ChatMessageStore(db, cipher);
  const consents = new OwnConsents(() => false).check;
  attachments = wireAttachments(laid.foundation, new ConsultationStore(db), consents, config.own);
  patient = tokenOf('张伟');
  doctor = tokenOf('陈志远');
  await rows(
    `INSERT INTO yey_care.consultation (id, doctor_id, doctor_account_id, patient_account_id, status, opened_at)
     VALUES (?, ?, ?, ?, 'OPEN', NOW(3))`,
    [
      consultationId,
      ...['doc', 'acc'].map((type) => stableId(type, 'demo-doctor-03')),
      stableId('acc', 'demo-patient-02'),
    ],
  );
});
afterAll(() => laid.close());

const SEND = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { id seq body } }';
const send = async (body: string, idempotencyKey: string = randomUUID()) =>
  (await data(SEND, { input: { consultationId, body, idempotencyKey } }, { token: patient }))
    .sendChatMessage as { id: string; seq: number; body: string };

async function said(token: string): Promise<string[]> {
  await replicaCaughtUp();
  const READ = 'query ($id: ID!) { consultation(id: $id) { messages(first: 100) { body } } }';
  const { consultation } = await data(READ, { id: consultationId }, { token });
  return (consultation as { messages: { body: string }[] }).messages.map((each) => each.body);
}

test('a message stands encrypted in its row, bound to it, and a retry still finds it', async () => {
  const key = randomUUID();
  const body = `胸口闷痛三天 ${'很'.repeat(1990)}`;
  const first = await send(body, key);
  expect(await send(body, key)).toEqual(first);
  const [row] = await rows('SELECT * FROM yey_care.chat_message WHERE id = ?', [first.id]);
  expect(row?.body).toMatch(/^v1\./);
  expect(JSON.stringify(row)).not.toContain('胸口');
  expect(await said(doctor)).toContain(body);
  const second = await send('另一条');
  await rows('UPDATE yey_care.chat_message SET body = ? WHERE id = ?', [row?.body, second.id]);
  await expect(messages.after(consultationId, 0, 100, 'primary')).rejects.toMatchObject({
    code: 'DECRYPT_FAILED',
  });
  await rows('DELETE FROM yey_care.chat_message WHERE id = ?', [second.id]);
});

test('messages of an earlier release are read as they are, and encrypted while others write', async () => {
  const [{ last_seq: last } = { last_seq: 0 }] = await rows(
    'SELECT last_seq FROM yey_care.consultation WHERE id = ?',
    [consultationId],
  );
  const old = ['大夫您好', 'v1.k1.不是密文', '‘引号’ ?'];
  for (const [at, body] of old.entries()) {
    await rows(
      `INSERT INTO yey_care.chat_message (id, consultation_id, seq, sender, body, idempotency_key, sent_at)
       VALUES (?, ?, ?, 'PATIENT', ?, ?, NOW(3))`,
      [newId('msg'), consultationId, Number(last) + at + 1, body, randomUUID()],
    );
  }
  await rows('UPDATE yey_care.consultation SET last_seq = ? WHERE id = ?', [
    Number(last) + old.length,
    consultationId,
  ]);
  const before = await said(patient);
  expect(before.slice(-old.length)).toEqual(old);
  const [, , sent] = await Promise.all([messages.encryptOld(), messages.encryptOld(), send('新的一条')]);
  expect(await said(patient)).toEqual([...before, sent.body]);
  const left = await rows(
    "SELECT body FROM yey_care.chat_message WHERE consultation_id = ? AND body NOT LIKE 'v1.%'",
    [consultationId],
  );
  expect(left).toEqual([]);
  const clear = await rows(
    'SELECT id FROM yey_care.chat_message WHERE is_encrypted = 0 AND consultation_id = ?',
    [consultationId],
  );
  expect(clear).toEqual([]);
});

/** The files in the store of an attachment. */
const filesOf = (attachmentId: string) =>
  readdirSync(folder(), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes(`${attachmentId}/`))
    .map((name) => `${folder()}/${name}`)
    .filter((path) => statSync(path).isFile());

/** Uploads a file to the consultation. @returns the attachment's identifier */
async function upload(content: Buffer): Promise<string> {
  const input = {
    consultationId,
    fileName: '报告.pdf',
    contentType: 'application/pdf',
    size: content.length,
  };
  const REQUEST = `mutation ($input: RequestUploadInput!) {
    requestUpload(input: $input) { uploadUrl attachment { id } }
  }`;
  const { requestUpload } = await data(
    REQUEST,
    { input: { ...input, idempotencyKey: randomUUID() } },
    { token: patient },
  );
  const { uploadUrl, attachment } = requestUpload as { uploadUrl: string; attachment: { id: string } };
  expect((await put(uploadUrl, content, patient)).status).toBe(204);
  return attachment.id;
}

async function download(attachmentId: string) {
  await replicaCaughtUp();
  const LIST = 'query ($id: ID!) { consultation(id: $id) { attachments { id downloadUrl } } }';
  const { consultation } = await data(LIST, { id: consultationId }, { token: doctor });
  const found = (consultation as { attachments: { id: string; downloadUrl: string }[] }).attachments;
  return get(found.find((each) => each.id === attachmentId)?.downloadUrl ?? '', doctor);
}

/** Makes an attachment as an earlier release had it: in clear, under its hash. */
async function putInClear(attachmentId: string, content: Buffer): Promise<void> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  await new LocalFileStore(folder()).put(`attachment/${attachmentId}/${sha256}`, content);
  await rows('UPDATE yey_care.attachment SET stored_as = NULL, file_key = NULL WHERE id = ?', [attachmentId]);
}

const report = Buffer.concat([pdf, Buffer.from('% 病理报告：腺癌\n')]);
const isInClear = (path: string) => readFileSync(path).includes(Buffer.from('腺癌'));

test('a file stands encrypted in the store; one of an earlier release is read, and encrypted once', async () => {
  const id = await upload(report);
  const [path = ''] = filesOf(id);
  expect(isInClear(path)).toBe(false);
  expect((await download(id)).bytes.equals(report)).toBe(true);

  await putInClear(id, report);
  expect((await download(id)).bytes.equals(report)).toBe(true);
  await Promise.all([attachments.attachmentFiles.encryptOld(), attachments.attachmentFiles.encryptOld()]);
  const [row] = await rows('SELECT stored_as, file_key FROM yey_care.attachment WHERE id = ?', [id]);
  expect(row?.file_key).toMatch(/^v1\./);
  expect((await download(id)).bytes.equals(report)).toBe(true);
  expect(filesOf(id).filter(isInClear)).toEqual([]);
  expect(await attachments.attachmentFiles.encryptOld()).toBe(0);
});

/** A store that does not delete so many times. */
class UnsteadyStore extends LocalFileStore {
  failures = 0;

  override async delete(key: string): Promise<void> {
    this.failures -= 1;
    if (this.failures >= 0) throw new AppError('UNAVAILABLE', { service: 'files' });
    return super.delete(key);
  }
}

test('a file in clear that the store did not delete is deleted later, and no other one', async () => {
  const store = new UnsteadyStore(folder());
  const { db, cipher } = laid.foundation;
  const encrypt = () =>
    encryptOldFiles(db, new EncryptedFiles(store, cipher, 'attachment', 'attachment'), Attachment);
  const [once, twice] = [await upload(report), await upload(report)];

  await putInClear(once, report);
  store.failures = 1;
  expect(await encrypt()).toBe(1);
  expect(filesOf(once).filter(isInClear)).toEqual([]);

  // What is at the end is tried again by the next run, though no row names the file any more.
  await putInClear(twice, report);
  store.failures = 2;
  await expect(encrypt()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(filesOf(twice).filter(isInClear)).toHaveLength(1);
  expect(await encrypt()).toBe(0);
  expect(filesOf(twice).filter(isInClear)).toEqual([]);
  for (const id of [once, twice]) expect((await download(id)).bytes.equals(report)).toBe(true);
});
