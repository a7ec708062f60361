import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { FileUrls } from '../../shared/storage/file-url.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { environmentOf } from '../testkit/platform.ts';
import { codeIn, get, put } from '../testkit/files.ts';
import { entities } from '../testkit/router-call.ts';
import { auditOf, replicaCaughtUp, rows } from '../testkit/rows.ts';
import { dicom, mp4, pdf, png } from '../testkit/sample-files.ts';

const REQUEST = `mutation ($input: RequestUploadInput!) { requestUpload(input: $input) {
  uploadUrl expiresAt attachment { id fileName contentType size status uploadedBy purpose downloadUrl } } }`;
const LIST = `query ($id: ID!) { consultation(id: $id) { attachments {
  id fileName contentType size status uploadedBy purpose downloadUrl uploadedAt } } }`;

interface Listed {
  readonly id: string;
  readonly fileName: string;
  readonly downloadUrl: string | null;
}
interface Ticket {
  readonly uploadUrl: string;
  readonly attachment: Listed;
}

const env = () => environmentOf(inject('platformDir'));
let patient: string;
let doctor: string;
let stranger: string;
const consultationId = newId('con');

const openConsultation = (id: string) =>
  rows(
    `INSERT INTO yey_care.consultation (id, doctor_id, doctor_account_id, patient_account_id, status, opened_at)
     VALUES (?, ?, ?, ?, 'OPEN', NOW(3))`,
    [
      id,
      ...['doc', 'acc'].map((type) => stableId(type, 'demo-doctor-03')),
      stableId('acc', 'demo-patient-02'),
    ],
  );

beforeAll(async () => {
  patient = tokenOf('张伟');
  doctor = tokenOf('陈志远');
  stranger = tokenOf('李晓梅');
  await openConsultation(consultationId);
});

const inputFor = (bytes: Buffer, contentType: string, fileName: string) => ({
  consultationId,
  fileName,
  contentType,
  size: bytes.length,
  idempotencyKey: randomUUID(),
});

async function requestUpload(token: string, input: object): Promise<Ticket> {
  return (await data(REQUEST, { input }, { token })).requestUpload as Ticket;
}

async function listed(token: string): Promise<Listed[]> {
  await replicaCaughtUp();
  const { consultation } = await data(LIST, { id: consultationId }, { token });
  return (consultation as { attachments: Listed[] }).attachments;
}

async function stored(token: string, bytes: Buffer, type: string, name: string): Promise<Listed> {
  const { uploadUrl, attachment } = await requestUpload(token, inputFor(bytes, type, name));
  expect(await put(uploadUrl, bytes, token)).toEqual({ status: 204, code: undefined });
  const found = (await listed(token)).find((each) => each.id === attachment.id);
  if (!found) throw new Error('not listed');
  return found;
}

describe('a file of a consultation', () => {
  test('goes from the patient to the doctor as it was, and is served so that nothing in it can run', async () => {
    const input = { ...inputFor(pdf, 'application/pdf', '../出院小结.pdf'), purpose: 'EARLIER_DIAGNOSIS' };
    const ticket = await requestUpload(patient, input);
    expect(ticket.attachment).toMatchObject({
      fileName: '出院小结.pdf',
      status: 'PENDING',
      uploadedBy: 'PATIENT',
      purpose: 'EARLIER_DIAGNOSIS',
      downloadUrl: null,
    });
    expect((await listed(doctor)).map((each) => each.id)).not.toContain(ticket.attachment.id);
    expect((await put(ticket.uploadUrl, pdf, patient)).status).toBe(204);
    const file = (await listed(doctor)).find((each) => each.id === ticket.attachment.id);
    const { status, headers, bytes } = await get(file?.downloadUrl ?? '', doctor);
    expect(status).toBe(200);
    expect(bytes.equals(pdf)).toBe(true);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(pdf.length),
      'content-disposition': `attachment; filename="${ticket.attachment.id}.pdf"; filename*=UTF-8''${encodeURIComponent('出院小结.pdf')}`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  test('of some megabytes arrives whole, both ways', async () => {
    const large = Buffer.concat([dicom, Buffer.alloc(12 * 2 ** 20, 'radiology ')]);
    const { id, downloadUrl } = await stored(doctor, large, 'application/dicom', 'CT.dcm');
    const theirs = (await listed(patient)).find((each) => each.id === id)?.downloadUrl;
    expect(theirs).not.toBe(downloadUrl);
    const { bytes } = await get(theirs ?? '', patient);
    expect(bytes.length).toBe(large.length);
    expect(bytes.subarray(0, 128).equals(Buffer.alloc(128))).toBe(true);
    expect(bytes.subarray(128).equals(large.subarray(128))).toBe(true);
  }, 60_000);

  test('is announced once for one key, and the address of a retry is as good', async () => {
    const input = inputFor(mp4('soun'), 'audio/mp4', 'voice.m4a');
    const tickets = await Promise.all(Array.from({ length: 5 }, () => requestUpload(patient, input)));
    expect(new Set(tickets.map(({ attachment }) => attachment.id)).size).toBe(1);
    expect((await put(tickets[4]?.uploadUrl ?? '', mp4('soun'), patient)).status).toBe(204);
    const other = await ask(REQUEST, { input: { ...input, size: 9 } }, { token: patient });
    expect(other.errors[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('never changes once it is there, also when several contents come at once', async () => {
    const contents = Array.from({ length: 4 }, (_, index) => Buffer.concat([pdf, Buffer.from(`%${index}`)]));
    const [first = pdf] = contents;
    const { uploadUrl, attachment } = await requestUpload(
      patient,
      inputFor(first, 'application/pdf', 'race.pdf'),
    );
    const answers = await Promise.all(contents.map((each) => put(uploadUrl, each, patient)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 409, 409, 409]);
    const winner = contents[answers.findIndex(({ status }) => status === 204)] ?? pdf;
    const file = (await listed(patient)).find((each) => each.id === attachment.id);
    expect((await get(file?.downloadUrl ?? '', patient)).bytes.equals(winner)).toBe(true);
    expect(await put(uploadUrl, winner, patient)).toMatchObject({ status: 204 });
    const [row] = await rows('SELECT sha256 FROM yey_care.attachment WHERE id = ?', [attachment.id]);
    expect(row?.sha256).toBe(createHash('sha256').update(winner).digest('hex'));
    // What lost is not left lying about.
    const files = readdirSync(`${inject('platformDir')}/files`, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => name.includes(`${attachment.id}/`))).toHaveLength(1);
  });
});

describe('what is refused', () => {
  test('a type that is not on the list, a size beyond its limit, a name of nothing, an unknown consultation', async () => {
    const good = inputFor(pdf, 'application/pdf', 'a.pdf');
    const cases: [object, string][] = [
      [{ ...good, contentType: 'text/html' }, 'FILE_TYPE_REFUSED'],
      [{ ...good, contentType: 'image/svg+xml' }, 'FILE_TYPE_REFUSED'],
      [{ ...good, size: 20 * 2 ** 20 + 1 }, 'FILE_TOO_LARGE'],
      [{ ...good, size: 0 }, 'VALIDATION_FAILED'],
      [{ ...good, fileName: '\u0000/' }, 'VALIDATION_FAILED'],
      [{ ...good, idempotencyKey: '' }, 'VALIDATION_FAILED'],
      [{ ...good, consultationId: newId('con') }, 'NOT_FOUND'],
      [{ ...good, consultationId: 'x' }, 'BAD_ID'],
    ];
    for (const [input, code] of cases) {
      const { errors } = await ask(REQUEST, { input }, { token: patient });
      expect(errors[0]?.extensions.code, JSON.stringify(input)).toBe(code);
    }
  });

  test('bytes that are not what was announced; the address still works for the right ones', async () => {
    const picture = png(10, 10);
    const { uploadUrl } = await requestUpload(patient, inputFor(picture, 'image/png', 'a.png'));
    const page = Buffer.from(
      '<html><script>alert(1)</script></html>'.padEnd(picture.length).slice(0, picture.length),
    );
    expect(await put(uploadUrl, page, patient)).toEqual({ status: 422, code: 'FILE_CONTENT_MISMATCH' });
    expect(await put(uploadUrl, picture.subarray(1), patient)).toMatchObject({ status: 422 });
    expect(await put(uploadUrl, Buffer.concat([picture, page]), patient)).toMatchObject({ status: 413 });
    expect(await put(uploadUrl, Buffer.alloc(51 * 2 ** 20), patient)).toMatchObject({ status: 413 });
    expect(await put(uploadUrl, Buffer.alloc(0), patient)).toMatchObject({ status: 400 });
    expect(await put(uploadUrl, picture, patient)).toMatchObject({ status: 204 });
    const bomb = png(60_000, 60_000);
    const second = await requestUpload(patient, inputFor(bomb, 'image/png', 'b.png'));
    expect(await put(second.uploadUrl, bomb, patient)).toEqual({ status: 413, code: 'FILE_TOO_LARGE' });
  });

  test('a consultation that has ended, and more files than it may hold', async () => {
    const own = newId('con');
    await openConsultation(own);
    const input = () => ({ ...inputFor(pdf, 'application/pdf', 'a.pdf'), consultationId: own });
    const answers = await Promise.all(
      Array.from({ length: 54 }, () => ask(REQUEST, { input: input() }, { token: patient })),
    );
    const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(Array(4).fill('TOO_MANY_ATTACHMENTS'));
    await rows(`UPDATE yey_care.consultation SET status = 'CLOSED' WHERE id = ?`, [own]);
    const { errors } = await ask(REQUEST, { input: input() }, { token: patient });
    expect(errors[0]?.extensions.code).toBe('CONSULTATION_CLOSED');
  });
});

describe('nobody else', () => {
  test('sees that there is a file: not by query, not by address, not with the token of another', async () => {
    const { id, downloadUrl } = await stored(patient, pdf, 'application/pdf', '艾滋病检测.pdf');
    const address = downloadUrl ?? '';
    const query = await ask(LIST, { id: consultationId }, { token: stranger });
    expect(query.errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await get(address, stranger)).toMatchObject({ status: 403, code: 'FILE_URL_INVALID' });
    expect(await get(address)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await get(address, 'not.a.token')).toMatchObject({ status: 401 });
    // The other party has an address of its own; that of the patient is not its.
    expect(await get(address, doctor)).toMatchObject({ status: 403 });
    const changed = address.replace(/signature=../, 'signature=00');
    expect(await get(changed === address ? `${address}0` : changed, patient)).toMatchObject({ status: 403 });
    expect(await put(address, pdf, patient)).toMatchObject({ status: 403 });
    // One that somebody signs right for a stranger still finds nothing.
    const urls = new FileUrls(env().CARE_FILE_URL_KEY ?? '', () => new Date());
    const forged = urls.sign('GET', id, stableId('acc', 'demo-patient-01')).path;
    expect(await get(forged, stranger)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const none = urls.sign('GET', newId('att'), stableId('acc', 'demo-patient-02')).path;
    expect(await get(none, patient)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await get('/files/..%2f..%2fsecrets.json?expires=1&signature=00', patient)).toMatchObject({
      status: 400,
      code: 'BAD_ID',
    });
  });

  test('gets anything by the entity, signed call or not', async () => {
    const { id } = await stored(patient, pdf, 'application/pdf', 'secret.pdf');
    const asked = (token: string, entityId: string) =>
      entities(
        'care',
        token,
        [{ __typename: 'Attachment', id: entityId }],
        '... on Attachment { id fileName downloadUrl }',
      );
    expect(await asked(patient, id)).toMatchObject({
      entities: [{ id, fileName: 'secret.pdf', downloadUrl: expect.stringContaining(id) as string }],
    });
    const foreign = await asked(stranger, id);
    expect(foreign).toEqual({ entities: [null], codes: [] });
    expect(await asked(stranger, newId('att'))).toEqual(foreign);
  });

  test('reaches the files of care without the router', async () => {
    const { downloadUrl } = await stored(patient, pdf, 'application/pdf', 'a.pdf');
    const care = new URL(env().CARE_URL ?? '').origin;
    const headers = { authorization: `Bearer ${patient}` };
    for (const method of ['GET', 'PUT']) {
      const body = method === 'PUT' ? new Uint8Array(pdf) : undefined;
      const response = await fetch(`${care}${downloadUrl}`, { method, headers, ...(body && { body }) });
      expect(response.status).toBe(401);
      expect(codeIn(await response.text())).toBe('UNTRUSTED_CALLER');
    }
  });

  test('is let in with a session that has ended', async () => {
    const { accessToken } = await logInAnew();
    const address = '/files/att_01ARZ3NDEKTSV4RRFFQ69G5FAV?expires=1&signature=00';
    expect(await get(address, accessToken)).toMatchObject({ status: 403, code: 'FILE_URL_INVALID' });
    await rows(`UPDATE yey_users.session SET revoked_at = NOW(3) WHERE account_id = ?`, [
      JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sub as string,
    ]);
    await expect
      .poll(async () => (await get(address, accessToken)).status, { timeout: 10_000, interval: 100 })
      .toBe(401);
  });
});

test('who announced, sent and read a file is on record; its name stands nowhere in clear', async () => {
  const { id, downloadUrl } = await stored(patient, pdf, 'application/pdf', '乙肝五项.pdf');
  const doctors = (await listed(doctor)).find((each) => each.id === id)?.downloadUrl;
  expect((await get(doctors ?? '', doctor)).status).toBe(200);
  expect((await get(downloadUrl ?? '', stranger)).status).toBe(403);
  const [by, of] = [stableId('acc', 'demo-patient-02'), stableId('acc', 'demo-doctor-03')];
  expect(await auditOf(id, 'yey_care_audit')).toEqual([
    { action: 'attachment.announce', actor: by },
    { action: 'attachment.upload', actor: by },
    { action: 'attachment.read', actor: of },
  ]);
  const kept = await rows('SELECT * FROM yey_care.attachment WHERE id = ?', [id]);
  expect(JSON.stringify(kept)).not.toContain('乙肝');
  const logs = `${inject('platformDir')}/logs`;
  for (const name of readdirSync(logs)) {
    const text = existsSync(`${logs}/${name}`) ? readFileSync(`${logs}/${name}`, 'utf8') : '';
    expect(text, name).not.toContain('乙肝');
  }
});
