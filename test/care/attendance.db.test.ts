import { expect, test } from 'vitest';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { get, put } from '../testkit/files.ts';
import { ownDoctor } from '../testkit/own-doctor.ts';
import { moveVisit, ownVisit, type Visit } from '../testkit/own-visit.ts';
import { until } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { asAdministrator, rows } from '../testkit/rows.ts';
import { pdf } from '../testkit/sample-files.ts';
import { suspend } from '../testkit/staff.ts';
import { attempts, type Documents, keyed, SEND, UPLOAD, written } from './doctor-attempts.ts';

const FILES = 'query ($id: ID!) { consultation(id: $id) { attachments { downloadUrl } } }';
const READ = 'query ($id: ID!) { consultation(id: $id) { status } }';
const chat = (fields: string) =>
  `subscription ($id: ID!) { chatMessageAdded(consultationId: $id, afterSeq: 0) { ${fields} } }`;
const queue = (fields: string) =>
  `subscription ($id: ID!) { queueTicketChanged(ticketId: $id) { ${fields} } }`;
const CHAT = chat('seq body sender');
const QUEUE = queue('id status ahead');

const codeOf = async (query: string, variables: object, token: string) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

/** Each attempt of a doctor is refused as it must be. */
async function expectRefused(
  token: string,
  visit: Visit,
  documents: Documents,
  but: RegExp = /^$/,
): Promise<void> {
  for (const [query, variables, code] of attempts(visit, documents)) {
    if (!but.test(query)) expect(await codeOf(query, variables, token), query).toBe(code);
  }
}

/** Nothing of a visit was done, and the patient goes on. */
async function expectUntouched({ consultationId, patientToken }: Visit, messages: number): Promise<void> {
  const [left] = await rows(
    `SELECT c.status, c.last_seq, p.status AS prescription, r.version, r.signed_versions
     FROM yey_care.consultation c JOIN yey_care.prescription p ON p.consultation_id = c.id
     JOIN yey_care.medical_record r ON r.consultation_id = c.id WHERE c.id = ?`,
    [consultationId],
  );
  expect(left).toMatchObject({
    status: 'OPEN',
    last_seq: messages,
    prescription: 'DRAFT',
    signed_versions: 1,
  });
  await data(SEND, keyed({ consultationId, body: '那我等等' }), { token: patientToken });
}

test('a doctor whose licence is suspended is out of every consultation, open feeds too', async () => {
  const doctor = await ownDoctor('周在岗');
  const here = await ownVisit(doctor);
  const { token } = doctor;
  const { consultationId, patientToken, ticketId } = here;
  const say = (body: string, as: string) => data(SEND, keyed({ consultationId, body }), { token: as });
  await say('您好', token);
  const documents = await written(doctor, here);
  const file = { fileName: 'x.pdf', contentType: 'application/pdf', size: pdf.length, consultationId };
  const announce = async () => {
    const { requestUpload } = await data(UPLOAD, keyed(file), { token });
    return (requestUpload as { uploadUrl: string }).uploadUrl;
  };
  expect((await put(await announce(), pdf, token)).status).toBe(204);
  const later = await announce();
  const { consultation } = await data(FILES, { id: consultationId }, { token });
  const [{ downloadUrl } = { downloadUrl: '' }] = (
    consultation as { attachments: { downloadUrl: string }[] }
  ).attachments.filter((each) => each.downloadUrl !== null);
  expect((await get(downloadUrl, token)).status).toBe(200);

  // Of what has no field of its own there is no rule of a field either.
  const chats = [CHAT, chat('__typename')].map((query) =>
    subscribe(query, { id: consultationId }, { token }),
  );
  const queues = [QUEUE, queue('__typename')].map((query) => subscribe(query, { id: ticketId }, { token }));
  try {
    for (const each of chats) expect(await each.next()).toMatchObject({ data: { chatMessageAdded: {} } });
    for (const each of queues) expect(await each.next()).toMatchObject({ data: { queueTicketChanged: {} } });
    await suspend(doctor.licence);
    await until(async () => (await codeOf(READ, { id: consultationId }, token)) === 'NOT_FOUND');
    await until(
      async () =>
        (await codeOf('query ($id: ID!) { patient(id: $id) { name } }', { id: here.patientId }, token)) !==
        undefined,
    );

    await say('医生还在吗', patientToken);
    for (const each of chats) {
      expect(await each.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      expect(await each.next()).toBeUndefined();
    }
    await asAdministrator((connection) =>
      connection.query(
        `UPDATE yey_care.schedule s JOIN yey_care.queue_ticket t ON t.schedule_id = s.id
         SET s.queue_version = s.queue_version + 1, t.status = 'DONE' WHERE t.id = ?`,
        [ticketId],
      ),
    );
    for (const each of queues) {
      expect(await each.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    }
  } finally {
    await Promise.all([...chats, ...queues].map((each) => each.close()));
  }

  await expectRefused(token, here, documents);
  const RECORD = 'query ($id: ID!) { medicalRecord(id: $id) { chiefComplaint } }';
  expect(await codeOf(RECORD, { id: documents.recordId }, token)).toBe('NOT_FOUND');
  expect((await get(downloadUrl, token)).code).toBe('NOT_FOUND');
  expect((await put(later, pdf, token)).code).toBe('NOT_FOUND');
  const reference = [{ __typename: 'Consultation', id: consultationId }];
  const past = await entities('care', token, reference, '... on Consultation { status messages { body } }');
  expect(past.entities).toEqual([null]);
  await expectUntouched(here, 2);

  const [licence] = await rows('SELECT version FROM yey_users.staff_licence WHERE id = ?', [
    doctor.licence.id,
  ]);
  await data(
    'mutation ($input: ReinstateLicenceInput!) { reinstateLicence(input: $input) { id } }',
    keyed({ licenceId: doctor.licence.id, expectedVersion: Number(licence?.version) }),
    { token: tokenOf('郑管理') },
  );
  await until(
    async () => (await codeOf(SEND, keyed({ consultationId, body: '我回来了' }), token)) === undefined,
  );
}, 60_000);

test('a doctor whose licence has expired is out as well, before any clock has written that down', async () => {
  const doctor = await ownDoctor('周到期');
  const here = await ownVisit(doctor);
  const documents = await written(doctor, here);
  await rows('UPDATE yey_users.staff_licence SET valid_until = ? WHERE id = ?', [
    '2026-01-01',
    doctor.licence.id,
  ]);
  await until(async () => (await codeOf(READ, { id: here.consultationId }, doctor.token)) === 'NOT_FOUND');
  await expectRefused(doctor.token, here, documents);
  await expectUntouched(here, 0);
}, 60_000);

test('a role for one hospital is no role at another, for the doctor of the consultation either', async () => {
  const doctor = await ownDoctor('周两院');
  const elsewhere = await ownVisit(doctor);
  const documents = await written(doctor, elsewhere);
  await moveVisit(elsewhere, 'H002');
  const { consultationId, scheduleId, ticketId, patientId } = elsewhere;
  // What is not of that hospital goes on.
  const own = /createSigningKey|callNextPatient|myQueue|publishSchedule|mySchedules/;
  await expectRefused(doctor.token, elsewhere, documents, own);
  const lists = await data('{ myQueue { id } mySchedules { id } }', {}, { token: doctor.token });
  expect(lists.myQueue).not.toContainEqual({ id: ticketId });
  expect(lists.mySchedules).not.toContainEqual({ id: scheduleId });
  const ofPatient = await entities(
    'care',
    doctor.token,
    [{ __typename: 'Patient', id: patientId }],
    '... on Patient { appointments { edges { node { id } } } records { edges { node { id } } } }',
  );
  expect(ofPatient.entities).toEqual([{ appointments: { edges: [] }, records: { edges: [] } }]);
  for (const [query, id] of [
    [CHAT, consultationId],
    [QUEUE, ticketId],
  ] as const) {
    const reader = subscribe(query, { id }, { token: doctor.token });
    expect(await reader.next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    await reader.close();
  }
  await expectUntouched(elsewhere, 0);
});
