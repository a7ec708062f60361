import { randomInt, randomUUID } from 'node:crypto';
import { until } from '../testkit/platform.ts';
import { Astray, must, type Walker } from './walker.ts';
import { pay } from './pay.ts';

export interface Patient {
  readonly name: string;
  readonly token: string;
  readonly patientId: string;
}

export interface Booking {
  readonly appointmentId: string;
  readonly doctorName: string;
  readonly ticketId: string;
}

/** Logs in by SMS with a new number and adds the mother, who is allergic to penicillin. */
export async function logInAndAddMother(walker: Walker): Promise<Patient> {
  await walker.step('短信登录 · a patient logs in by SMS');
  const phone = `+86139${String(randomInt(100_000_000)).padStart(8, '0')}`;
  const nobody = { name: '未登录' };
  await walker.ask(
    nobody,
    'mutation ($input: RequestLoginCodeInput!) { requestLoginCode(input: $input) { validUntil } }',
    { input: { phone } },
  );
  let code = '';
  await until(async () => {
    const inbox = (await walker.outside(`/sms.json?phone=${encodeURIComponent(phone)}`)) as {
      text: string;
    }[];
    code = /验证码 (\d{6})/.exec(inbox[0]?.text ?? '')?.[1] ?? '';
    return code !== '';
  });
  walker.note(`the text message arrived: code ${code}`);
  const { accessToken } = await walker.ask<{ accessToken: string }>(
    nobody,
    'mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accessToken accountId } }',
    { input: { phone, code } },
  );
  const daughter = { name: '患者', token: accessToken };

  await walker.step('阅读并同意 · reads what is to be consented to, and consents');
  const documents = await walker.ask<{ purpose: string; version: number }[]>(
    daughter,
    '{ consentDocuments { purpose version title text } }',
  );
  for (const purpose of ['PRIVACY_POLICY', 'HEALTH_DATA']) {
    const version = documents.find((each) => each.purpose === purpose)?.version;
    must(version !== undefined, `there must be a text of ${purpose}`);
    await walker.ask(
      daughter,
      'mutation ($input: GiveConsentInput!) { giveConsent(input: $input) { purpose version givenAt } }',
      { input: { purpose, version, idempotencyKey: randomUUID() } },
    );
  }

  await walker.step('添加就诊人及过敏史 · adds the mother, with an allergy');
  const mother = await walker.ask<{ id: string; ageYears: number }>(
    daughter,
    `mutation ($input: AddPatientInput!) {
      addPatient(input: $input) { id name relation sex birthDate ageYears identityNumber }
    }`,
    {
      input: {
        name: '王秀英',
        relation: 'PARENT',
        identityNumber: identityNumber('110101', '19621108', 'FEMALE'),
        idempotencyKey: randomUUID(),
      },
    },
  );
  must(mother.ageYears >= 60, 'the birth date must come from the identity number');
  await walker.ask(
    daughter,
    `mutation ($input: RecordAllergyInput!) {
      recordAllergy(input: $input) { version allergies { substance name severity } }
    }`,
    {
      input: {
        patientId: mother.id,
        substance: 'J01C',
        name: '青霉素类',
        reaction: '皮疹、呼吸困难',
        severity: 'SEVERE',
        idempotencyKey: randomUUID(),
      },
    },
  );
  const { archive } = await walker.ask<{ archive: { version: number } }>(
    daughter,
    'query ($id: ID!) { patient(id: $id) { archive { version } } }',
    { id: mother.id },
  );
  await walker.ask(
    daughter,
    `mutation ($input: UpdateHealthArchiveInput!) {
      updateHealthArchive(input: $input) { version pregnancy isLactating egfr childPugh }
    }`,
    {
      input: {
        patientId: mother.id,
        expectedVersion: archive.version,
        pregnancy: 'NOT_PREGNANT',
        isLactating: false,
        egfr: 92,
        weightKg: 58,
        heightCm: 160,
        idempotencyKey: randomUUID(),
      },
    },
  );
  return { ...daughter, patientId: mother.id };
}

interface Slot {
  readonly id: string;
  readonly endsAt: string;
  readonly remaining: number;
  readonly fee: string;
  readonly doctor: { id: string; name: string };
  readonly hospital: { id: string; name: string };
}

/** Finds a hospital near, books a doctor's slot of today, pays, and checks in. */
export async function bookAndCheckIn(walker: Walker, patient: Patient): Promise<Booking> {
  await walker.step('附近医院 · hospitals near the Forbidden City, by the coordinates of a Chinese map');
  const near = await walker.ask<{ distanceMetres: number; hospital: { id: string; name: string } }[]>(
    patient,
    `query ($near: GeoPointInput!) {
      hospitalsNear(near: $near, radiusKm: 10, first: 5) { distanceMetres hospital { id name level } }
    }`,
    { near: { latitude: 39.9163, longitude: 116.3972, datum: 'GCJ02' } },
  );
  must(near.length > 0, 'there must be a hospital within 10 km');
  const distances = near.map((each) => each.distanceMetres);
  must(
    distances.every((each, at) => at === 0 || each >= (distances[at - 1] ?? 0)),
    'the nearest comes first',
  );

  await walker.step('匹配号源 · slots of today');
  const slot = await slotOfToday(walker, patient);

  await walker.step('预约挂号并支付 · books and pays');
  const appointment = await walker.ask<{ id: string; fee: string }>(
    patient,
    `mutation ($input: BookAppointmentInput!) {
      bookAppointment(input: $input) { id status fee payBy patient { name } doctor { name } slot { startsAt hospital { name } } }
    }`,
    {
      input: {
        slotId: slot.id,
        patientId: patient.patientId,
        reason: '咽痛、发热两天',
        earlierDiagnosis: '2026-03 北京协和医院 呼吸内科：急性扁桃体炎',
        idempotencyKey: randomUUID(),
      },
    },
  );
  await pay(walker, patient, { type: 'APPOINTMENT', id: appointment.id });
  await walker.eventually<{ status: string }>(
    patient,
    'query ($id: ID!) { appointment(id: $id) { status } }',
    { id: appointment.id },
    ({ status }) => status === 'CONFIRMED',
  );

  await walker.step('签到候诊 · checks in; the position in the queue is live');
  const ticket = await walker.ask<{ id: string; ahead: number }>(
    patient,
    'mutation ($input: CheckInInput!) { checkIn(input: $input) { id number ahead status } }',
    { input: { appointmentId: appointment.id, idempotencyKey: randomUUID() } },
  );
  return {
    appointmentId: appointment.id,
    doctorName: slot.doctor.name,
    ticketId: ticket.id,
  };
}

/** The doctor of the journey; other tests leave her queue alone. */
export const DOCTOR = '刘雅琴';
const DAY_MS = 24 * 3_600_000;
/** Milliseconds of the day in Shanghai. */
const clock = () => (Date.now() + 8 * 3_600_000) % DAY_MS;

/** A free slot of the doctor that has not ended today; when there is none she publishes a session that begins now. */
async function slotOfToday(walker: Walker, patient: Patient): Promise<Slot> {
  // Whoever books in the last minute of a day cannot check in on it any more.
  await until(() => clock() < DAY_MS - 60_000, 90_000);
  const doctor = walker.staff(DOCTOR);
  const free = await freeSlot(walker, patient);
  if (free) return free;
  const [day = '', time = ''] = new Date(Date.now() + 8 * 3_600_000 + 60_000).toISOString().split('T');
  await walker.ask(
    doctor,
    `mutation ($input: PublishScheduleInput!) { publishSchedule(input: $input) { id date startsAt endsAt slots { id } } }`,
    {
      input: {
        date: day,
        // It must end on its day.
        startTime: time.slice(0, 5) < '23:55' ? time.slice(0, 5) : '23:55',
        slotMinutes: 5,
        slots: 1,
        capacityPerSlot: 30,
        fee: '20.00',
        idempotencyKey: randomUUID(),
      },
    },
  );
  const fresh = await freeSlot(walker, patient);
  if (!fresh) throw new Astray('a slot that was published is not among those that can be booked');
  return fresh;
}

async function freeSlot(walker: Walker, patient: Patient): Promise<Slot | undefined> {
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const { edges } = await walker.ask<{ edges: { node: Slot }[] }>(
    patient,
    `query ($filter: SlotFilter!) {
      availableSlots(filter: $filter, first: 50) {
        edges { node { id startsAt endsAt remaining fee doctor { id name } hospital { id name } department { name } } }
      }
    }`,
    { filter: { from: day, to: day } },
  );
  return edges.find(
    ({ node }) =>
      node.doctor.name === DOCTOR && node.remaining > 0 && Date.parse(node.endsAt) > Date.now() + 30_000,
  )?.node;
}

/** A valid number of nobody in particular (GB 11643). */
function identityNumber(area: string, birthDate: string, sex: 'MALE' | 'FEMALE'): string {
  const serial = randomInt(0, 500) * 2 + (sex === 'MALE' ? 1 : 0);
  const body = `${area}${birthDate}${String(serial).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return body + '10X98765432'.charAt(sum % 11);
}
