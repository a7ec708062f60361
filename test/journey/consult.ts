import { randomUUID } from 'node:crypto';
import type { Booking, Patient } from './arrive.ts';
import { must, type Walker } from './walker.ts';

const PIN = '246810';

/** The doctor calls the patient; they talk. @returns the consultation */
export async function callAndChat(walker: Walker, patient: Patient, booking: Booking): Promise<string> {
  const doctor = walker.staff(booking.doctorName);
  const position = walker.follow<{ status: string }>(
    patient,
    `subscription ($id: ID!) { queueTicketChanged(ticketId: $id) { number ahead status } }`,
    { id: booking.ticketId },
  );
  await position.next(({ status }) => status === 'WAITING');

  await walker.step('医生叫号 · the doctor calls the next patient');
  let consultationId = '';
  // Whoever came before is called first.
  for (let turn = 0; consultationId === '' && turn < 50; turn += 1) {
    const called = await walker.ask<{ id: string; appointment: { id: string } } | null>(
      doctor,
      'mutation ($input: CallNextPatientInput!) { callNextPatient(input: $input) { id appointment { id } patient { name } } }',
      { input: { idempotencyKey: randomUUID() } },
    );
    must(called !== null, 'somebody must be waiting');
    if (called.appointment.id === booking.appointmentId) consultationId = called.id;
    else await closeConsultation(walker, doctor, called.id);
  }
  await position.next(({ status }) => status === 'CALLED');
  await position.close();

  await walker.step('在线问诊 · they talk, both ways, live');
  const FOLLOW = `subscription ($id: ID!) {
    chatMessageAdded(consultationId: $id) { seq sender body consultation { doctor { name hospital { name } } } }
  }`;
  const atPatient = walker.follow<{ body: string }>(patient, FOLLOW, { id: consultationId });
  const atDoctor = walker.follow<{ body: string }>(doctor, FOLLOW, { id: consultationId });
  await say(walker, patient, consultationId, '医生您好，我妈妈咽痛、发热两天了，最高 38.6 度。');
  await atDoctor.next(({ body }) => body.includes('38.6'));
  await say(walker, doctor, consultationId, '咳嗽吗？以前用过什么抗生素？');
  await atPatient.next(({ body }) => body.includes('抗生素'));
  await Promise.all([atPatient.close(), atDoctor.close()]);
  return consultationId;
}

/** The doctor writes and signs the record. */
export async function writeRecord(walker: Walker, booking: Booking, consultationId: string): Promise<void> {
  const doctor = walker.staff(booking.doctorName);
  await walker.step('书写并签署病历 · the record is written and signed');
  await createKey(walker, doctor);
  const record = await walker.ask<{ id: string; version: number }>(
    doctor,
    `mutation ($input: SaveMedicalRecordInput!) {
      saveMedicalRecord(input: $input) { id status version diagnoses { code name } patient { name } }
    }`,
    {
      input: {
        consultationId,
        chiefComplaint: '咽痛、发热 2 天',
        presentIllness: '2 天前受凉后咽痛，伴发热，最高 38.6 ℃，无咳嗽。',
        examination: '线上问诊，咽部照片示扁桃体 II 度肿大，见脓点。',
        diagnoses: [{ code: 'J03.9', name: '急性扁桃体炎' }],
        plan: '抗感染、退热，三天后复诊。',
        idempotencyKey: randomUUID(),
      },
    },
  );
  await walker.refused(
    doctor,
    'SIGNING_PIN_WRONG',
    'mutation ($input: SignMedicalRecordInput!) { signMedicalRecord(input: $input) { id } }',
    {
      input: {
        recordId: record.id,
        pin: '000000',
        expectedVersion: record.version,
        idempotencyKey: randomUUID(),
      },
    },
  );
  const signed = await walker.ask<{ status: string }>(
    doctor,
    `mutation ($input: SignMedicalRecordInput!) {
      signMedicalRecord(input: $input) { id status version signedAt }
    }`,
    {
      input: { recordId: record.id, pin: PIN, expectedVersion: record.version, idempotencyKey: randomUUID() },
    },
  );
  must(signed.status === 'SIGNED', 'the record must be signed');
}

const line = (skuId: string, timesPerDay: number, days: number) => ({
  skuId,
  quantity: 1,
  doseValue: '0.5',
  doseUnit: 'g',
  timesPerDay,
  route: '口服',
  days,
  instructions: '饭后服用',
});

/** A prescription against the allergy is stopped; the corrected one is signed and sent. */
export async function prescribe(
  walker: Walker,
  booking: Booking,
  consultationId: string,
  drugs: { penicillin: string; other: string },
): Promise<string> {
  const doctor = walker.staff(booking.doctorName);
  await walker.step('开具处方 · penicillin is prescribed, and the contraindication caught before it is sent');
  const SAVE = `mutation ($input: SavePrescriptionInput!) {
    savePrescription(input: $input) { id version status findings { ruleId kind severity message source } }
  }`;
  const draft = await walker.ask<{
    id: string;
    version: number;
    findings: { kind: string; severity: string }[];
  }>(doctor, SAVE, {
    input: {
      consultationId,
      lines: [line(drugs.penicillin, 3, 5)],
      validDays: 3,
      idempotencyKey: randomUUID(),
    },
  });
  must(
    draft.findings.some(({ kind, severity }) => kind === 'ALLERGY' && severity === 'CONTRAINDICATED'),
    'the penicillin allergy must be found',
  );
  const SIGN = `mutation ($input: SignPrescriptionInput!) {
    signPrescription(input: $input) { id status version validUntil }
  }`;
  const sign = (expectedVersion: number, overrides: object[]) => ({
    input: { prescriptionId: draft.id, pin: PIN, overrides, expectedVersion, idempotencyKey: randomUUID() },
  });
  await walker.refused(doctor, 'PRESCRIPTION_CONTRAINDICATED', SIGN, sign(draft.version, []));

  await walker.step('更正后发送 · corrected, signed, sent');
  const corrected = await walker.ask<{
    version: number;
    findings: { ruleId: string; severity: string }[];
  }>(doctor, SAVE, {
    input: {
      consultationId,
      prescriptionId: draft.id,
      expectedVersion: draft.version,
      lines: [line(drugs.other, 1, 3)],
      validDays: 3,
      idempotencyKey: randomUUID(),
    },
  });
  must(
    !corrected.findings.some(({ severity }) => severity === 'CONTRAINDICATED'),
    'nothing may be in the way now',
  );
  const overrides = corrected.findings
    .filter(({ severity }) => severity === 'MAJOR' || severity === 'CANNOT_CHECK')
    .map(({ ruleId }) => ({ ruleId, reason: '获益大于风险，已告知并随访' }));
  const signed = await walker.ask<{ status: string }>(doctor, SIGN, sign(corrected.version, overrides));
  must(signed.status === 'SIGNED', 'the prescription must be signed');
  await closeConsultation(walker, doctor, consultationId);
  return draft.id;
}

async function say(walker: Walker, who: Patient | { name: string }, consultationId: string, body: string) {
  await walker.ask(
    who,
    'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq sender } }',
    { input: { consultationId, body, idempotencyKey: randomUUID() } },
  );
}

async function closeConsultation(walker: Walker, doctor: { name: string }, consultationId: string) {
  await walker.ask(
    doctor,
    'mutation ($input: CloseConsultationInput!) { closeConsultation(input: $input) { id status } }',
    { input: { consultationId, idempotencyKey: randomUUID() } },
  );
}

/** The same key again where the doctor has one already: the same request, the same answer. */
async function createKey(walker: Walker, doctor: { name: string }) {
  await walker.ask(
    doctor,
    'mutation ($input: CreateSigningKeyInput!) { createSigningKey(input: $input) { id algorithm } }',
    { input: { pin: PIN, idempotencyKey: 'journey' } },
  );
}
