import { randomUUID } from 'node:crypto';
import { addDays, businessDay } from '../../shared/clock/business-day.ts';
import { data } from '../testkit/client.ts';
import { line } from '../testkit/clinic.ts';
import type { OwnDoctor } from '../testkit/own-doctor.ts';
import type { Visit } from '../testkit/own-visit.ts';
import { pdf } from '../testkit/sample-files.ts';

export const SEND = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { id seq } }';
export const UPLOAD = `mutation ($input: RequestUploadInput!) {
  requestUpload(input: $input) { uploadUrl attachment { id } }
}`;
const RECORD = 'mutation ($input: SaveMedicalRecordInput!) { saveMedicalRecord(input: $input) { id } }';
const SIGN_RECORD = 'mutation ($input: SignMedicalRecordInput!) { signMedicalRecord(input: $input) { id } }';
const PRESCRIBE = 'mutation ($input: SavePrescriptionInput!) { savePrescription(input: $input) { id } }';
const CREATE_KEY = 'mutation ($input: CreateSigningKeyInput!) { createSigningKey(input: $input) { id } }';
const PIN = '135790';

export const keyed = (input: object) => ({ input: { ...input, idempotencyKey: randomUUID() } });

const session = { startTime: '08:00', slotMinutes: 30, slots: 2, capacityPerSlot: 1, fee: '0.00' };

/** What a doctor has written in a visit. */
export interface Documents {
  /** A record that is signed. */
  readonly recordId: string;
  /** A draft. */
  readonly prescriptionId: string;
}

/** A doctor without a signing key makes one, signs a record and drafts a prescription. */
export async function written({ token }: OwnDoctor, { consultationId }: Visit): Promise<Documents> {
  const ask = async (query: string, field: string, input: object) =>
    ((await data(query, keyed(input), { token }))[field] as { id: string }).id;
  await ask(CREATE_KEY, 'createSigningKey', { pin: PIN });
  const record = {
    chiefComplaint: '头晕',
    presentIllness: '三天前起床后头晕',
    examination: '血压 150/95 mmHg',
    diagnoses: [{ code: 'I10' }],
    plan: '低盐饮食',
  };
  const recordId = await ask(RECORD, 'saveMedicalRecord', { consultationId, ...record });
  const prescription = { consultationId, lines: [line({ days: 1 })], validDays: 1 };
  const prescriptionId = await ask(PRESCRIBE, 'savePrescription', prescription);
  await ask(SIGN_RECORD, 'signMedicalRecord', { recordId, pin: PIN, expectedVersion: 1 });
  return { recordId, prescriptionId };
}

/** Everything that a doctor can do with a visit, each with what it must answer to who may not. */
export function attempts(
  { consultationId: id, appointmentId, patientId }: Visit,
  { recordId, prescriptionId }: Documents,
): [string, object, string][] {
  const signature = { pin: PIN, expectedVersion: 1 };
  const consultationId = id;
  const file = { fileName: 'x.pdf', contentType: 'application/pdf', size: pdf.length, consultationId };
  const draft = { consultationId, chiefComplaint: '头晕', diagnoses: [] };
  return [
    ['query ($id: ID!) { consultation(id: $id) { status messages { body } } }', { id }, 'NOT_FOUND'],
    ['query ($id: ID!) { appointment(id: $id) { status reason } }', { id: appointmentId }, 'NOT_FOUND'],
    ['query ($id: ID!) { patient(id: $id) { name } }', { id: patientId }, 'NOT_FOUND'],
    ['{ myQueue { id } }', {}, 'FORBIDDEN'],
    [SEND, keyed({ consultationId, body: '在吗' }), 'NOT_FOUND'],
    [UPLOAD, keyed(file), 'NOT_FOUND'],
    [RECORD, keyed(draft), 'FORBIDDEN'],
    [SIGN_RECORD, keyed({ recordId, ...signature }), 'FORBIDDEN'],
    [
      'mutation ($input: AmendMedicalRecordInput!) { amendMedicalRecord(input: $input) { id } }',
      keyed({ recordId, reason: '补充', plan: '复查', ...signature }),
      'FORBIDDEN',
    ],
    [PRESCRIBE, keyed({ consultationId, lines: [line({ days: 1 })], validDays: 1 }), 'FORBIDDEN'],
    [
      'mutation ($input: SignPrescriptionInput!) { signPrescription(input: $input) { id } }',
      keyed({ prescriptionId, ...signature }),
      'FORBIDDEN',
    ],
    [CREATE_KEY, keyed({ pin: PIN }), 'FORBIDDEN'],
    [
      'mutation ($input: PublishScheduleInput!) { publishSchedule(input: $input) { id } }',
      keyed({ ...session, date: addDays(businessDay(new Date()), 3) }),
      'FORBIDDEN',
    ],
    ['{ mySchedules { id } }', {}, 'FORBIDDEN'],
    [
      'mutation ($input: CallNextPatientInput!) { callNextPatient(input: $input) { id } }',
      keyed({}),
      'FORBIDDEN',
    ],
    [
      'mutation ($input: CloseConsultationInput!) { closeConsultation(input: $input) { id } }',
      keyed({ consultationId }),
      'NOT_FOUND',
    ],
  ];
}
