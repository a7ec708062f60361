import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { newId } from '../../shared/ids/ids.ts';
import { Appointment } from '../../subgraphs/care/appointment/appointment.entity.ts';
import type { PayableClosing } from '../../subgraphs/care/external/pharmacy.client.ts';
import { CareBench, first } from '../testkit/care.ts';

const MINUTE = 60_000;

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.openAlone();
});
afterAll(() => care.close());
/** What pharmacy says of the appointments of a test; those of other tests stay as they are. */
let answers: Map<string, () => Promise<PayableClosing>>;
beforeEach(() => {
  answers = new Map();
  care.ahead = 0;
  care.closePayable = async (id) => {
    const answer = answers.get(id);
    if (answer === undefined) throw new Error('not of this test');
    return answer();
  };
});

const unavailable = () => Promise.reject(new AppError('UNAVAILABLE', { service: 'pharmacy' }));
const statusOf = async (id: string) =>
  (await care.rows<{ status: string }>('SELECT status FROM appointment WHERE id = ?', [id]))[0]?.status;
const typesOf = async (id: string) => (await care.facts(id)).map((each) => each.type).toSorted();

/** A hold of the day after tomorrow, on a place that nobody else can have. */
async function held() {
  const { slots } = await care.session({ date: care.dayAfter(2), capacityPerSlot: 1 });
  const slot = first(slots);
  return { slot, appointment: await care.book(care.patient(), slot) };
}

const paid = ({ feeFen, accountId }: Appointment, change: { amountFen?: number } = {}) => {
  const payment = {
    paymentId: newId('pay'),
    payerAccountId: accountId,
    amountFen: feeFen,
    paidAt: care.foundation.now(),
    ...change,
  };
  return { payment, answer: async () => ({ outcome: 'PAID' as const, payment }) };
};

test('a hold that pharmacy has closed ends, and its place is free', async () => {
  const { slot, appointment } = await held();
  answers.set(appointment.id, async () => ({ outcome: 'CLOSED' }));
  await care.services.expiries.run();
  expect(await statusOf(appointment.id)).toBe('PENDING_PAYMENT');
  care.ahead = 16 * MINUTE;
  expect(await care.services.expiries.run()).toBe(1);
  expect(await statusOf(appointment.id)).toBe('EXPIRED');
  expect(await care.booked(slot)).toBe(0);
});

test('one that was paid is confirmed instead; the event that comes later changes nothing', async () => {
  const { slot, appointment } = await held();
  const { payment, answer } = paid(appointment);
  answers.set(appointment.id, answer);
  care.ahead = 16 * MINUTE;
  await Promise.all([care.services.expiries.run(), care.services.expiries.run()]);
  expect(await statusOf(appointment.id)).toBe('CONFIRMED');
  expect(await care.booked(slot)).toBe(1);
  await care.pay(appointment, payment.paymentId);
  expect(await typesOf(appointment.id)).toEqual(['appointment.booked', 'appointment.confirmed']);
});

test('a payment that does not confirm it is refused, and then the hold ends', async () => {
  const { slot, appointment } = await held();
  answers.set(appointment.id, paid(appointment, { amountFen: 1 }).answer);
  care.ahead = 16 * MINUTE;
  expect(await care.services.expiries.run()).toBe(1);
  expect(await statusOf(appointment.id)).toBe('EXPIRED');
  expect(await care.booked(slot)).toBe(0);
  expect(await typesOf(appointment.id)).toEqual([
    'appointment.booked',
    'appointment.cancelled',
    'payable.refused',
  ]);
});

test.each([
  ['pharmacy cannot be reached', unavailable],
  ['the provider cannot be asked', async () => ({ outcome: 'UNDECIDED' as const })],
])('while %s the hold lives on until its slot begins, and late money goes back', async (_what, answer) => {
  const { slot, appointment } = await held();
  answers.set(appointment.id, answer);
  care.ahead = 16 * MINUTE;
  await care.services.expiries.run();
  care.ahead = slot.startsAt.getTime() - Date.now() - MINUTE;
  await care.services.expiries.run();
  expect(await statusOf(appointment.id)).toBe('PENDING_PAYMENT');
  care.ahead = slot.startsAt.getTime() - Date.now() + MINUTE;
  await care.services.expiries.run();
  expect(await statusOf(appointment.id)).toBe('EXPIRED');
  expect(await care.booked(slot)).toBe(0);
  await care.pay(appointment);
  expect(await typesOf(appointment.id)).toContain('payable.refused');
});

/** Holds in a slot of that day, booked after it began: their time is over a minute ago. */
async function heldInBegunSlot(holds: number, date = care.dayAfter(2)): Promise<Appointment[]> {
  const { slots } = await care.session({ date, capacityPerSlot: holds });
  const slot = first(slots);
  care.ahead = slot.startsAt.getTime() - Date.now() + MINUTE;
  const held: Appointment[] = [];
  for (let each = 0; each < holds; each += 1) held.push(await care.book(care.patient(), slot));
  care.ahead += 16 * MINUTE;
  return held;
}

test('where one question fails, the others are asked all the same', async () => {
  const held = await heldInBegunSlot(9);
  const [lost, paidFor] = [first(held), first(held.slice(8))];
  answers.set(lost.id, unavailable);
  answers.set(paidFor.id, paid(paidFor).answer);
  await care.services.expiries.run();
  expect(await statusOf(paidFor.id)).toBe('CONFIRMED');
});

test('a hold in a slot that has begun is asked about for five minutes more', async () => {
  const [answered, silent] = await heldInBegunSlot(2);
  if (answered === undefined || silent === undefined) throw new Error('no holds');
  for (const { id } of [answered, silent]) answers.set(id, unavailable);
  await care.services.expiries.run();
  for (const { id } of [answered, silent]) expect(await statusOf(id)).toBe('PENDING_PAYMENT');
  answers.set(answered.id, paid(answered).answer);
  await care.services.expiries.run();
  expect(await statusOf(answered.id)).toBe('CONFIRMED');
  care.ahead += 5 * MINUTE;
  await care.services.expiries.run();
  expect(await statusOf(silent.id)).toBe('EXPIRED');
});

test('a hold that nobody can tell of ends with its slot', async () => {
  const { slots } = await care.session({ date: care.dayAfter(2), capacityPerSlot: 1 });
  const slot = first(slots);
  const end = slot.endsAt.getTime() - Date.now();
  care.ahead = end - 13 * MINUTE;
  const appointment = await care.book(care.patient(), slot);
  answers.set(appointment.id, unavailable);
  care.ahead = end + 1;
  await care.services.expiries.run();
  expect(await statusOf(appointment.id)).toBe('EXPIRED');
  expect(await care.booked(slot)).toBe(0);
});

/** So many more holds like one that there is, booked at the same moment. */
async function more(appointment: Appointment, holds: number): Promise<string[]> {
  const copies = Array.from({ length: holds }, () => {
    const id = newId('apt');
    return Object.assign(new Appointment(), appointment, { id, activeKey: id });
  });
  await care.foundation.db.transaction(async ({ manager }) => {
    await manager.insert(Appointment, copies);
  });
  return copies.map(({ id }) => id);
}

test('a pharmacy that does not answer is left alone, and yet no hold outlives its last moment', async () => {
  const { appointment } = await held();
  const waiting = await more(appointment, 30);
  const [due] = await heldInBegunSlot(1, care.dayAfter(1));
  care.ahead += 5 * MINUTE;
  const asked: string[] = [];
  care.closePayable = (id) => {
    asked.push(id);
    return unavailable();
  };
  await care.services.expiries.run();
  expect(waiting.filter((id) => asked.includes(id)).length).toBeLessThan(20);
  expect(asked).toContain(due?.id);
  for (const id of waiting) expect(await statusOf(id)).toBe('PENDING_PAYMENT');
  expect(await statusOf(due?.id ?? '')).toBe('EXPIRED');
});

test('those that cannot be decided keep nobody else from ending', async () => {
  const undecided = await more((await held()).appointment, 205);
  const { appointment } = await held();
  answers.set(appointment.id, async () => ({ outcome: 'CLOSED' }));
  care.ahead = 16 * MINUTE;
  await care.services.expiries.run();
  expect(await statusOf(appointment.id)).toBe('EXPIRED');
  for (const id of undecided.slice(-3)) expect(await statusOf(id)).toBe('PENDING_PAYMENT');
});
