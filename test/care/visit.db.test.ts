import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { businessDay } from '../../shared/clock/business-day.ts';
import { ask, data, subscribe } from '../testkit/client.ts';
import { CareBench } from '../testkit/care.ts';
import { logInAnew } from '../testkit/login.ts';
import { type OwnDoctor, ownDoctor } from '../testkit/own-doctor.ts';
import { until } from '../testkit/platform.ts';
import { auditOf, replicaCaughtUp } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { statementsOf } from '../testkit/sql-log.ts';
import { added } from '../users/some-patients.ts';

let care: CareBench;
let doctor: OwnDoctor;
beforeAll(async () => {
  care = await CareBench.open();
  doctor = await ownDoctor('林候诊');
});
afterAll(() => care.close());

interface Slot {
  readonly id: string;
  readonly remaining: number;
  readonly endsAt: string;
}
interface Booked {
  readonly id: string;
  readonly status: string;
  readonly version: number;
}

const PUBLISH = `mutation ($input: PublishScheduleInput!) {
  publishSchedule(input: $input) {
    id date fee doctor { name } hospital { name } department { name code parent { name } } slots { id remaining endsAt }
  }
}`;
const BOOK = `mutation ($input: BookAppointmentInput!) {
  bookAppointment(input: $input) {
    id status version fee payBy reason patient { name } doctor { name } slot { id remaining } hospital { city }
    ticket { id } consultation { id }
  }
}`;
/** For sessions of a doctor who is not known to users. */
const BOOK_ONLY = 'mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id } }';
const CHECK_IN = `mutation ($input: CheckInInput!) {
  checkIn(input: $input) { id number ahead status version appointment { status patient { name } } }
}`;
const CALL = `mutation ($input: CallNextPatientInput!) {
  callNextPatient(input: $input) {
    id status startedAt patient { id name } hospital { name } appointment { id status }
  }
}`;
const CLOSE = `mutation ($input: CloseConsultationInput!) {
  closeConsultation(input: $input) { status closedAt appointment { status ticket { status } } }
}`;

const PAGE = `query ($after: String) {
  myPatients { id appointments(first: 2, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }
}`;

const plan = () => ({
  date: businessDay(new Date()),
  startTime: '00:00',
  slotMinutes: 60,
  slots: 24,
  capacityPerSlot: 3,
  fee: '20.00',
  idempotencyKey: randomUUID(),
});

async function somebody(): Promise<{ token: string; accountId: string; patientId: string }> {
  const { accessToken: token, accountId } = await logInAnew();
  return { token, accountId, patientId: (await added(token)).id };
}

const code = async (query: string, variables: object, token?: string) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

test('from the published session to the closed consultation, through the router', async () => {
  const published = (await data(PUBLISH, { input: plan() }, { token: doctor.token })).publishSchedule as {
    slots: Slot[];
  };
  expect(published).toMatchObject({
    date: businessDay(new Date()),
    fee: '20.00',
    doctor: { name: '林候诊' },
    hospital: { name: '北京协和医院(东单院区)' },
    department: { name: '心血管内科专业', code: '03.04', parent: { name: '内科' } },
  });
  expect(published.slots).toHaveLength(24);
  expect(await code(PUBLISH, { input: plan() }, doctor.token)).toBe('SCHEDULE_OVERLAPS');

  const patient = await somebody();
  await replicaCaughtUp();
  const { availableSlots } = await data(
    `query ($filter: SlotFilter) {
      availableSlots(filter: $filter, first: 100) {
        edges { node { id remaining endsAt doctor { name } hospital { name } department { name } } }
      }
    }`,
    { filter: { doctorId: doctor.doctorId } },
    { token: patient.token },
  );
  const [slot] = (availableSlots as { edges: { node: Slot }[] }).edges.map((each) => each.node);
  expect(Date.parse(slot?.endsAt ?? '')).toBeGreaterThan(Date.now());

  const input = {
    slotId: slot?.id,
    patientId: patient.patientId,
    reason: '胸闷',
    idempotencyKey: randomUUID(),
  };
  const booked = (await data(BOOK, { input }, { token: patient.token })).bookAppointment as Booked;
  expect(booked).toMatchObject({
    status: 'PENDING_PAYMENT',
    version: 1,
    fee: '20.00',
    reason: '胸闷',
    patient: { name: '小明' },
    doctor: { name: '林候诊' },
    slot: { id: slot?.id, remaining: 2 },
    ticket: null,
    consultation: null,
  });
  expect(await auditOf(booked.id, 'yey_care_audit')).toEqual([
    { actor: patient.accountId, action: 'appointment.book' },
  ]);

  // Before the payment confirms it, the doctor sees nothing of the patient.
  const NAME = 'query ($id: ID!) { patient(id: $id) { name } }';
  expect(await code(NAME, { id: patient.patientId }, doctor.token)).toBe('NOT_FOUND');
  const { payable } = await askAs(
    'pharmacy',
    'care',
    'query ($id: ID!) { payable(type: "APPOINTMENT", id: $id) { amountFen payerAccountId description } }',
    { id: booked.id },
  );
  expect(payable).toMatchObject({ amountFen: 2000, payerAccountId: patient.accountId });
  expect((payable as { description: string }).description).toMatch(/^挂号费 北京协和医院.* \d{2}:\d{2}$/);
  await care.pay({ id: booked.id, accountId: patient.accountId, feeFen: 2000 });
  await until(async () => (await code(NAME, { id: patient.patientId }, doctor.token)) === undefined);

  const ticket = (
    await data(
      CHECK_IN,
      { input: { appointmentId: booked.id, idempotencyKey: randomUUID() } },
      { token: patient.token },
    )
  ).checkIn as { id: string };
  expect(ticket).toMatchObject({
    number: 1,
    ahead: 0,
    status: 'WAITING',
    appointment: { status: 'CHECKED_IN', patient: { name: '小明' } },
  });
  const FOLLOW = `subscription ($id: ID!) {
    queueTicketChanged(ticketId: $id) { status ahead appointment { status doctor { name } patient { name } } }
  }`;
  const live = subscribe(FOLLOW, { id: ticket.id }, { token: patient.token });
  expect(await live.next()).toMatchObject({
    data: { queueTicketChanged: { status: 'WAITING', appointment: { doctor: { name: '林候诊' } } } },
  });
  const stranger = subscribe(FOLLOW, { id: ticket.id }, { token: (await somebody()).token });
  expect(await stranger.next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  await stranger.close();

  await replicaCaughtUp();
  const { myQueue } = await data('{ myQueue { id number status } }', {}, { token: doctor.token });
  expect(myQueue).toEqual([{ id: ticket.id, number: 1, status: 'WAITING' }]);
  const call = { input: { idempotencyKey: randomUUID() } };
  const called = (await data(CALL, call, { token: doctor.token })).callNextPatient as { id: string };
  expect(called).toMatchObject({
    status: 'OPEN',
    patient: { id: patient.patientId, name: '小明' },
    appointment: { id: booked.id, status: 'IN_CONSULTATION' },
  });
  expect(await live.next()).toMatchObject({
    data: { queueTicketChanged: { status: 'CALLED', appointment: { status: 'IN_CONSULTATION' } } },
  });
  const SAY = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq sender } }';
  const say = { input: { consultationId: called.id, body: '医生好', idempotencyKey: randomUUID() } };
  expect(await data(SAY, say, { token: patient.token })).toEqual({
    sendChatMessage: { seq: 1, sender: 'PATIENT' },
  });
  const ending = { input: { consultationId: called.id, idempotencyKey: randomUUID() } };
  expect(await data(CLOSE, ending, { token: doctor.token })).toMatchObject({
    closeConsultation: {
      status: 'CLOSED',
      appointment: { status: 'COMPLETED', ticket: { status: 'DONE' } },
    },
  });
  expect(await live.next()).toMatchObject({ data: { queueTicketChanged: { status: 'DONE' } } });
  await live.close();
  say.input.idempotencyKey = randomUUID();
  expect(await code(SAY, say, patient.token)).toBe('CONSULTATION_CLOSED');
});

test('nobody sees or moves the appointment of others, by any road', async () => {
  const { slots } = await care.session({ date: care.dayAfter(8) });
  const owner = await somebody();
  const other = await somebody();
  const book = (patientId: string, token: string | undefined) => ({
    variables: { input: { slotId: slots[0]?.id, patientId, idempotencyKey: randomUUID() } },
    token,
  });
  const foreign = book(owner.patientId, other.token);
  expect(await code(BOOK_ONLY, foreign.variables, foreign.token)).toBe('NOT_FOUND');
  expect(await code(BOOK_ONLY, foreign.variables)).toBe('UNAUTHENTICATED');
  const own = book(owner.patientId, owner.token);
  const { id } = (await data(BOOK_ONLY, own.variables, { token: own.token })).bookAppointment as Booked;
  const READ = 'query ($id: ID!) { appointment(id: $id) { status } }';
  expect(await data(READ, { id }, { token: owner.token })).toEqual({
    appointment: { status: 'PENDING_PAYMENT' },
  });
  expect(await code(READ, { id }, other.token)).toBe('NOT_FOUND');
  expect(await code(READ, { id })).toBe('UNAUTHENTICATED');
  const CANCEL = 'mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { status } }';
  const cancel = (expectedVersion: number) => ({
    input: { appointmentId: id, expectedVersion, reason: '改期', idempotencyKey: randomUUID() },
  });
  expect(await code(CANCEL, cancel(1), other.token)).toBe('NOT_FOUND');
  expect(await code(CHECK_IN, { input: { appointmentId: id, idempotencyKey: 'k' } }, other.token)).toBe(
    'NOT_FOUND',
  );
  expect(await code(CANCEL, cancel(2), owner.token)).toBe('VERSION_CONFLICT');
  for (const query of [PUBLISH, CALL]) {
    const variables = { input: query === CALL ? { idempotencyKey: 'k' } : plan() };
    expect(await code(query, variables, owner.token)).toBe('FORBIDDEN');
  }
  for (const field of [
    'payable(type: "APPOINTMENT", id: "x") { amountFen }',
    'treatments(doctorAccountId: "x", patientIds: []) { patientId }',
  ]) {
    expect(await code(`{ ${field} }`, {}, owner.token)).toBe('GRAPHQL_VALIDATION_FAILED');
  }
  expect(await data(CANCEL, cancel(1), { token: owner.token })).toEqual({
    cancelAppointment: { status: 'CANCELLED' },
  });
});

test("a family's appointments come in pages, by as many statements for several patients as for one", async () => {
  const { token, patientId } = await somebody();
  const bookFor = async (patient: string): Promise<string> => {
    const { slots } = await care.session({ date: care.dayAfter(8), slots: 1 });
    const input = { slotId: slots[0]?.id, patientId: patient, idempotencyKey: randomUUID() };
    return ((await data(BOOK_ONLY, { input }, { token })).bookAppointment as Booked).id;
  };
  const ofFirst = [await bookFor(patientId)];
  const alone = await statementsOf(PAGE, {}, token);
  const second = (await added(token, { name: '小红', sex: 'FEMALE' })).id;
  const ofSecond = [await bookFor(second), await bookFor(second)].toReversed();
  for (let index = 0; index < 2; index += 1) ofFirst.unshift(await bookFor(patientId));
  const together = await statementsOf(PAGE, {}, token);
  expect(together.statements.care?.length).toBe(alone.statements.care?.length);
  interface Listed {
    readonly id: string;
    readonly appointments: {
      edges: { node: { id: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  }
  const list = async (after?: string) => (await data(PAGE, { after }, { token })).myPatients as Listed[];
  for (const { id, appointments } of await list()) {
    expect(appointments.edges.map((each) => each.node.id)).toEqual(
      (id === second ? ofSecond : ofFirst).slice(0, 2),
    );
    expect(appointments.pageInfo.hasNextPage).toBe(id === patientId);
  }
  const first = (await list()).find((each) => each.id === patientId);
  const rest = (await list(first?.appointments.pageInfo.endCursor)).find((each) => each.id === patientId);
  expect(rest?.appointments.edges.map((each) => each.node.id)).toEqual(ofFirst.slice(2));
});
