import { randomUUID } from 'node:crypto';
import { ask, data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { added } from './some-patients.ts';

export const UPLOAD = `mutation ($input: UploadObservationsInput!) { uploadObservations(input: $input) {
  uploadId accepted duplicates refused
  outcomes { index clientId status refusal reason observation { id flag } }
} }`;
export const VOID =
  'mutation ($input: VoidObservationInput!) { voidObservation(input: $input) { id status voidReason } }';

interface Outcome {
  readonly status: string;
  readonly observation: { id: string; flag: string } | null;
}
interface Uploaded {
  readonly uploadId: string;
  readonly accepted: number;
  readonly outcomes: Outcome[];
}

/** One of a device, the same at each call but for what is given. */
export const glucose = (clientId: string, value = 5.6, more: object = {}) => ({
  clientId,
  kind: 'BLOOD_GLUCOSE',
  quantity: { value, unit: 'mmol/L' },
  takenAt: '2026-03-01T00:00:00.000Z',
  ...more,
});
/** One of a minute of the first of March 2026. */
export const pressure = (minute: number, systolic: number, diastolic = 70) => ({
  kind: 'BLOOD_PRESSURE',
  bloodPressure: { systolic, diastolic },
  takenAt: new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
});
export const batch = (patientId: string, items: object[], idempotencyKey: string = randomUUID()) => ({
  input: { patientId, deviceId: 'meter-1', items, idempotencyKey },
});

/** Somebody with a patient of 45 years. */
export async function someone() {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token, { birthDate: '1980-05-05' });
  const tryUpload = (items: object[], key?: string) => ask(UPLOAD, batch(id, items, key), { token });
  const upload = async (items: object[], key?: string) =>
    (await data(UPLOAD, batch(id, items, key), { token })).uploadObservations as Uploaded;
  return { id, token, accountId, upload, tryUpload };
}
