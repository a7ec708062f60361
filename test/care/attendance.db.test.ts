import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { businessDay } from '../../shared/clock/business-day.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { get, put } from '../testkit/files.ts';
import { logInAnew } from '../testkit/login.ts';
import { type OwnDoctor, ownDoctor } from '../testkit/own-doctor.ts';
import { until } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { asAdministrator, replicaCaughtUp, rows } from '../testkit/rows.ts';
import { pdf } from '../testkit/sample-files.ts';
import { suspend } from '../testkit/staff.ts';
import { added } from '../users/some-patients.ts';

interface Visit {
  readonly patientToken: string;
  readonly patientId: string;
  readonly consultationId: string;
  readonly appointmentId: string;
  readonly ticketId: string;
}

const SEND = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { id seq } }';
const UPLOAD = `mutation ($input: RequestUploadInput!) {
  requestUpload(input: $input) { uploadUrl attachment { id } }
}`;
const FILES = 'query ($id: ID!) { consultation(id: $id) { attachments { downloadUrl } } }';
const CHAT =
  'subscription ($id: ID!) { chatMessageAdded(consultationId: $id, afterSeq: 0) { seq body sender } }';
const QUEUE = 'subscription ($id: ID!) { queueTicketChanged(ticketId: $id) { id status ahead } }';
const RECORD = 'mutation ($input: SaveMedicalRecordInput!) { saveMedicalRecord(input: $input) { id } }';

const keyed = (input: object) => ({ input: { ...input, idempotencyKey: randomUUID() } });

/** A visit that is under way, put in as rows: a session, an appointment, its ticket and the consultation. */
async function visit(doctor: OwnDoctor, hospital = 'H001'): Promise<Visit> {
  const { accessToken: patientToken, accountId } = await logInAnew();
  const { id: patientId } = await added(patientToken);
  const [consultationId, appointmentId, ticketId, scheduleId] = ['con', 'apt', 'qtk', 'sch'].map((type) =>
    newId(type),
  ) as [string, string, string, string];
  const now = new Date();
  const parties = { doctor_id: doctor.doctorId, doctor_account_id: doctor.accountId };
  const place = { hospital_id: stableId('hos', hospital), department_id: stableId('dep', '03.04') };
  const time = { starts_at: now, ends_at: new Date(now.getTime() + 3_600_000) };
  await asAdministrator(async (connection) => {
    await connection.query('SET FOREIGN_KEY_CHECKS = 0');
    const insert = (table: string, row: object) =>
      connection.query(`INSERT INTO yey_care.${table} SET ?`, [row]);
    await insert('schedule', {
      ...parties,
      ...place,
      ...time,
      id: scheduleId,
      day: businessDay(now),
      slot_minutes: 60,
      capacity_per_slot: 1,
      fee_fen: 0,
      last_ticket: 1,
      queue_version: 1,
      published_at: now,
    });
    await insert('appointment', {
      ...parties,
      ...place,
      id: appointmentId,
      slot_id: newId('slt'),
      schedule_id: scheduleId,
      patient_id: patientId,
      account_id: accountId,
      status: 'IN_CONSULTATION',
      version: 3,
      fee_fen: 0,
      starts_at: now,
      booked_at: now,
    });
    await insert('queue_ticket', {
      id: ticketId,
      schedule_id: scheduleId,
      appointment_id: appointmentId,
      account_id: accountId,
      doctor_account_id: doctor.accountId,
      number: 1,
      status: 'CALLED',
      issued_at: now,
    });
    await insert('consultation', {
      ...parties,
      id: consultationId,
      patient_account_id: accountId,
      status: 'OPEN',
      last_seq: 0,
      opened_at: now,
      appointment_id: appointmentId,
      patient_id: patientId,
      hospital_id: place.hospital_id,
      started_at: now,
    });
  });
  await replicaCaughtUp();
  return { patientToken, patientId, consultationId, appointmentId, ticketId };
}

const codeOf = async (query: string, variables: object, token: string) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

/** Everything that a doctor can do with a visit, each with what it must answer to who may not. */
function attempts({ consultationId: id, appointmentId, patientId }: Visit): [string, object, string[]][] {
  const consultationId = id;
  const file = { fileName: 'x.pdf', contentType: 'application/pdf', size: pdf.length, consultationId };
  const draft = { consultationId, chiefComplaint: '头晕', diagnoses: [] };
  const line = {
    skuId: stableId('sku', 'D001'),
    quantity: 1,
    doseValue: '5',
    doseUnit: 'mg',
    timesPerDay: 1,
    route: '口服',
    days: 1,
    instructions: '晨服',
  };
  return [
    ['query ($id: ID!) { consultation(id: $id) { status messages { body } } }', { id }, ['NOT_FOUND']],
    ['query ($id: ID!) { appointment(id: $id) { status reason } }', { id: appointmentId }, ['NOT_FOUND']],
    ['query ($id: ID!) { patient(id: $id) { name } }', { id: patientId }, ['NOT_FOUND']],
    ['{ myQueue { id } }', {}, ['FORBIDDEN']],
    [SEND, keyed({ consultationId, body: '在吗' }), ['NOT_FOUND']],
    [UPLOAD, keyed(file), ['NOT_FOUND']],
    [RECORD, keyed(draft), ['FORBIDDEN']],
    [
      'mutation ($input: SavePrescriptionInput!) { savePrescription(input: $input) { id } }',
      keyed({ consultationId, lines: [line], validDays: 1 }),
      ['FORBIDDEN'],
    ],
    [
      'mutation ($input: CreateSigningKeyInput!) { createSigningKey(input: $input) { id } }',
      keyed({ pin: '135790' }),
      ['FORBIDDEN'],
    ],
    [
      'mutation ($input: CallNextPatientInput!) { callNextPatient(input: $input) { id } }',
      keyed({}),
      ['FORBIDDEN'],
    ],
    [
      'mutation ($input: CloseConsultationInput!) { closeConsultation(input: $input) { id } }',
      keyed({ consultationId }),
      ['NOT_FOUND'],
    ],
  ];
}

let doctor: OwnDoctor;
beforeAll(async () => {
  doctor = await ownDoctor('周在岗');
});

test('a doctor whose licence is suspended is out of every consultation within two seconds, open feeds too', async () => {
  const here = await visit(doctor);
  const { token } = doctor;
  const { consultationId, patientToken, ticketId } = here;
  const say = (body: string, as: string) => data(SEND, keyed({ consultationId, body }), { token: as });
  await say('您好', token);
  const saved = await data(RECORD, keyed({ consultationId, chiefComplaint: '头晕', diagnoses: [] }), {
    token,
  });
  const recordId = (saved.saveMedicalRecord as { id: string }).id;
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

  const chat = subscribe(CHAT, { id: consultationId }, { token });
  const queue = subscribe(QUEUE, { id: ticketId }, { token });
  try {
    expect(await chat.next()).toMatchObject({ data: { chatMessageAdded: { body: '您好' } } });
    expect(await queue.next()).toMatchObject({ data: { queueTicketChanged: { status: 'CALLED' } } });
    await suspend(doctor.licence);
    const since = Date.now();
    const READ = 'query ($id: ID!) { consultation(id: $id) { status } }';
    await until(async () => (await codeOf(READ, { id: consultationId }, token)) === 'NOT_FOUND');
    // Generous for a machine that does other things as well: what is believed of rights is two seconds old at most.
    expect(Date.now() - since).toBeLessThan(4000);
    await until(
      async () =>
        (await codeOf('query ($id: ID!) { patient(id: $id) { name } }', { id: here.patientId }, token)) !==
        undefined,
    );

    await say('医生还在吗', patientToken);
    expect(await chat.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await chat.next()).toBeUndefined();
    await asAdministrator((connection) =>
      connection.query(
        `UPDATE yey_care.schedule s JOIN yey_care.queue_ticket t ON t.schedule_id = s.id
         SET s.queue_version = s.queue_version + 1, t.status = 'DONE' WHERE t.id = ?`,
        [ticketId],
      ),
    );
    expect(await queue.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  } finally {
    await Promise.all([chat.close(), queue.close()]);
  }

  for (const [query, variables, codes] of attempts(here)) {
    expect(codes, query).toContain(await codeOf(query, variables, token));
  }
  const DRAFT = 'query ($id: ID!) { medicalRecord(id: $id) { chiefComplaint } }';
  expect(await codeOf(DRAFT, { id: recordId }, token)).toBe('NOT_FOUND');
  expect((await get(downloadUrl, token)).code).toBe('NOT_FOUND');
  expect((await put(later, pdf, token)).code).toBe('NOT_FOUND');
  const reference = [{ __typename: 'Consultation', id: consultationId }];
  const past = await entities('care', token, reference, '... on Consultation { status messages { body } }');
  expect(past.entities).toEqual([null]);

  // Nothing of it was done, and the patient goes on.
  const [left] = await rows(
    `SELECT c.status, c.last_seq, (SELECT COUNT(*) FROM yey_care.prescription p WHERE p.consultation_id = c.id) AS n
     FROM yey_care.consultation c WHERE c.id = ?`,
    [consultationId],
  );
  expect(left).toMatchObject({ status: 'OPEN', last_seq: 2, n: 0 });
  await say('那我等等', patientToken);

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
});

test('a role for one hospital is no role at another, for the doctor of the consultation either', async () => {
  const elsewhere = await visit(doctor, 'H002');
  const { consultationId, patientToken, ticketId, patientId } = elsewhere;
  const refused = attempts(elsewhere).filter(
    ([query]) => !/createSigningKey|callNextPatient|myQueue/.test(query),
  );
  for (const [query, variables, codes] of refused) {
    expect(codes, query).toContain(await codeOf(query, variables, doctor.token));
  }
  const { myQueue } = await data('{ myQueue { id } }', {}, { token: doctor.token });
  expect(myQueue).not.toContainEqual({ id: ticketId });
  const lists = await entities(
    'care',
    doctor.token,
    [{ __typename: 'Patient', id: patientId }],
    '... on Patient { appointments { edges { node { id } } } records { edges { node { id } } } }',
  );
  expect(lists.entities).toEqual([{ appointments: { edges: [] }, records: { edges: [] } }]);
  for (const [query, id] of [
    [CHAT, consultationId],
    [QUEUE, ticketId],
  ] as const) {
    const reader = subscribe(query, { id }, { token: doctor.token });
    expect(await reader.next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    await reader.close();
  }
  await data(SEND, keyed({ consultationId, body: '您好' }), { token: patientToken });
});
