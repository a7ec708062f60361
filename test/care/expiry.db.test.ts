import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { newId } from '../../shared/ids/ids.ts';
import type { Appointment } from '../../subgraphs/care/appointment/appointment.entity.ts';
import type { PayableClosing } from '../../subgraphs/care/external/pharmacy.client.ts';
import { CareBench, first } from '../testkit/care.ts';

const MINUTE = 60_000;

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());
/** What pharmacy says of the appointments of a test; those of others stay as they are. */
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

const statusOf = async (id: string) =>
  (await care.rows<{ status: string }>('SELECT status FROM appointment WHERE id = ?', [id]))[0]?.status;
const typesOf = async (id: string) => (await care.facts(id)).map((each) => each.type).toSorted();

/** A hold of the day after tomorrow, on a place that nobody else can have. */
async function held(date = care.dayAfter(2)) {
  const { slots } = await care.session({ date, capacityPerSlot: 1 });
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
  ['pharmacy cannot be reached', () => Promise.reject(new AppError('UNAVAILABLE', { service: 'pharmacy' }))],
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

test('those that cannot be decided keep nobody else from ending', async () => {
  const { slots } = await care.session({ date: care.dayAfter(2), capacityPerSlot: 50 });
  const undecided: Appointment[] = [];
  for (let each = 0; each < 205; each += 1)
    undecided.push(await care.book(care.patient(), first(slots.slice(each % 6))));
  const { appointment } = await held();
  answers.set(appointment.id, async () => ({ outcome: 'CLOSED' }));
  care.ahead = 16 * MINUTE;
  await care.services.expiries.run();
  expect(await statusOf(appointment.id)).toBe('EXPIRED');
  for (const { id } of undecided.slice(-3)) expect(await statusOf(id)).toBe('PENDING_PAYMENT');
}, 120_000);
