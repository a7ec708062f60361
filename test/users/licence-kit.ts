import { randomInt, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { put } from '../testkit/files.ts';
import { type Login, logInAnew } from '../testkit/login.ts';
import { rows } from '../testkit/rows.ts';
import { pdf } from '../testkit/sample-files.ts';

const FIELDS = '{ id status version licenceNumber reason documents { id downloadUrl fileName } }';
export const UPLOAD = `mutation ($input: RequestLicenceUploadInput!) {
  requestLicenceUpload(input: $input) { uploadUrl document { id status downloadUrl } }
}`;
export const APPLY = `mutation ($input: ApplyForLicenceInput!) { applyForLicence(input: $input) ${FIELDS} }`;
const REVIEW = `mutation ($input: ReviewLicenceInput!) { reviewLicence(input: $input) ${FIELDS} }`;
export const SUSPEND = `mutation ($input: SuspendLicenceInput!) { suspendLicence(input: $input) ${FIELDS} }`;
export const REINSTATE = `mutation ($input: ReinstateLicenceInput!) { reinstateLicence(input: $input) ${FIELDS} }`;
export const MINE = `{ myLicences ${FIELDS} }`;
export const LIST = `query ($filter: StaffApplicationFilter, $after: String) {
  staffApplications(filter: $filter, first: 100, after: $after) {
    edges { node ${FIELDS} }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const PUBLISH = 'mutation ($input: PublishScheduleInput!) { publishSchedule(input: $input) { id } }';
export const DOCTOR =
  'query ($id: ID!) { doctor(id: $id) { name licence { number status } hospital { id } } }';

export interface Licence {
  readonly id: string;
  readonly version: number;
}

export const HOSPITAL = stableId('hos', 'H001');
export const admin = () => tokenOf('郑管理');
export const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');
export const codeOf = async (query: string, variables: object, token: string | undefined) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;
export const keyed = (input: object) => ({ input: { ...input, idempotencyKey: randomUUID() } });

/** A document that is uploaded. */
export async function uploaded(
  token: string,
  bytes: Buffer = pdf,
  contentType = 'application/pdf',
): Promise<string> {
  const announced = await data(
    UPLOAD,
    keyed({ fileName: '医师执业证.pdf', contentType, size: bytes.length }),
    { token },
  );
  const { uploadUrl, document } = announced.requestLicenceUpload as {
    uploadUrl: string;
    document: { id: string };
  };
  expect(await put(uploadUrl, bytes, token)).toEqual({ status: 204, code: undefined });
  return document.id;
}

export const application = (documentIds: string[], more: object = {}) => ({
  kind: 'DOCTOR',
  name: '钱医生',
  licenceNumber: `1101${digits(11)}`,
  qualificationNumber: `20101111${digits(19)}`,
  title: 'ATTENDING',
  institutionId: HOSPITAL,
  departmentId: stableId('dep', '03.04'),
  specialties: '高血压',
  documentIds,
  ...more,
});

export async function applied(login: Login, more: object = {}): Promise<Licence> {
  const token = login.accessToken;
  const input = application([await uploaded(token)], more);
  return (await data(APPLY, keyed(input), { token })).applyForLicence as Licence;
}

export const decide = ({ id, version }: Licence, more: object = {}) =>
  ask(REVIEW, keyed({ licenceId: id, expectedVersion: version, decision: 'APPROVE', ...more }), {
    token: admin(),
  });
export const licenceIn = (answer: { data: Record<string, unknown> | null | undefined }, field: string) =>
  answer.data?.[field] as Licence;

const ADD_PATIENT = 'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id } }';
const BOOK = 'mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id } }';

/** Somebody new tries to book a slot of a doctor. @returns the code of the refusal, if it is one */
export async function bookedWith(doctorId: string): Promise<string | undefined> {
  const { accessToken: token } = await logInAnew();
  const person = { name: '来诊者', relation: 'OTHER', birthDate: '1980-01-01', sex: 'MALE' };
  const added = await data(ADD_PATIENT, keyed(person), { token });
  const { id: patientId } = added.addPatient as { id: string };
  const [slot] = await rows('SELECT id FROM yey_care.slot WHERE doctor_id = ? LIMIT 1', [doctorId]);
  return codeOf(BOOK, keyed({ slotId: slot?.id, patientId }), token);
}
