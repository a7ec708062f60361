import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../shared/clock/business-day.ts';
import type { EventOf, EventPayload, EventType } from '../../shared/events/event.ts';
import { newId } from '../../shared/ids/ids.ts';
import type { EventHandlers } from '../../shared/outbox/event-handlers.ts';
import { database } from '../../subgraphs/stats/datasource.ts';
import { EncounterStore } from '../../subgraphs/stats/encounter/encounter.store.ts';
import { careFacts, pharmacyFacts } from '../../subgraphs/stats/facts/fact-handlers.ts';
import { Pseudonyms } from '../../subgraphs/stats/facts/pseudonyms.ts';
import { byRange, parseRange } from '../../subgraphs/stats/range/day-range.ts';
import { SaleStore } from '../../subgraphs/stats/sale/sale.store.ts';
import { VisitStore } from '../../subgraphs/stats/visit/visit.store.ts';
import { fixtureOf } from '../testkit/fixtures.ts';
import { type Scratch, scratchSubgraph } from '../testkit/scratch.ts';

let scratch: Scratch;
let visits: VisitStore;
let encounters: EncounterStore;
let sales: SaleStore;
let handlers: EventHandlers;

beforeAll(async () => {
  scratch = await scratchSubgraph(database);
  const { db, config } = scratch;
  visits = new VisitStore(db);
  encounters = new EncounterStore(db);
  sales = new SaleStore(db);
  const pseudonyms = new Pseudonyms(config.blindIndexKey);
  const stores = { visits, encounters, sales };
  handlers = { ...careFacts(stores, pseudonyms), ...pharmacyFacts(stores, pseudonyms) };
});
afterAll(() => scratch.close());

/** A fact as the consumer hands it on; only its payload counts here. */
async function tell<T extends EventType>(type: T, changes: Partial<EventPayload<T>>): Promise<void> {
  const payload = { ...(fixtureOf(type) as object), ...changes };
  const handle = handlers[type] as (tx: unknown, event: EventOf<T>) => Promise<void>;
  await scratch.db.transaction((tx) => handle(tx, { payload } as EventOf<T>));
}

// Each test has days of its own.
let day = addDays('2030-01-01', randomInt(10_000));
const nextDay = () => (day = addDays(day, 400));
const noon = (of: string) => `${of}T04:00:00.000Z`;

const checkIn = (of: string, latitude: number, longitude: number, patientId = newId('pat')) => {
  const appointmentId = newId('apt');
  const told = tell('appointment.checked_in', {
    appointmentId,
    patientId,
    latitude,
    longitude,
    checkedInAt: noon(of),
  });
  return told.then(() => appointmentId);
};

test('visits of one cell are one number, and a border belongs to the cell north and east of it', async () => {
  const from = nextDay();
  await checkIn(from, 31.2, 121.4);
  await checkIn(from, 31.299999, 121.499999);
  await checkIn(from, 31.199999, 121.4);
  await checkIn(from, -33.85, -70.65);
  const cells = await visits.cells({ from, to: from }, 0.1, 1);
  expect(cells).toEqual([
    { latitude: 31.25, longitude: 121.45, visits: 2 },
    { latitude: -33.85, longitude: -70.65, visits: 1 },
    { latitude: 31.15, longitude: 121.45, visits: 1 },
  ]);
});

test('every visit is in the cell whose middle is given, whatever the size of the cells', async () => {
  const degrees = (most: number) => fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((n) => n / 1e6);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(degrees(90), degrees(180)), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(0.01, 0.07, 0.1, 0.3, 1, 10),
      async (places, size) => {
        const from = nextDay();
        for (const [latitude, longitude] of places) await checkIn(from, latitude, longitude);
        const cells = await visits.cells({ from, to: from }, size, 1);
        expect(cells.reduce((sum, cell) => sum + cell.visits, 0)).toBe(places.length);
        const half = size / 2 + 1e-6;
        for (const [latitude, longitude] of places) {
          const near = cells.filter(
            (cell) =>
              Math.abs(cell.latitude - latitude) <= half && Math.abs(cell.longitude - longitude) <= half,
          );
          expect(near.length, JSON.stringify([latitude, longitude, size, cells])).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 15 },
  );
});

test('a cell in which few different patients were is left out, however often they came', async () => {
  const from = nextDay();
  const often = newId('pat');
  for (let visit = 0; visit < 5; visit += 1) await checkIn(from, 30.05, 120.05, often);
  for (let patient = 0; patient < 3; patient += 1) await checkIn(from, 20.05, 110.05);
  const range = { from, to: from };
  expect(await visits.cells(range, 0.1, 3)).toEqual([{ latitude: 20.05, longitude: 110.05, visits: 3 }]);
  expect(await visits.cells(range, 0.1, 1)).toHaveLength(2);
});

test('a day is one of Shanghai, and both ends of a range are in it', async () => {
  const from = nextDay();
  const next = addDays(from, 1);
  const at = (checkedInAt: string) =>
    tell('appointment.checked_in', { appointmentId: newId('apt'), patientId: newId('pat'), checkedInAt });
  await at(`${addDays(from, -1)}T15:59:59.999Z`);
  await at(`${addDays(from, -1)}T16:00:00.000Z`);
  await at(`${from}T15:59:59.999Z`);
  await at(`${from}T16:00:00.000Z`);
  const count = async (range: { from: string; to: string }) =>
    (await visits.cells(range, 0.1, 1)).reduce((sum, cell) => sum + cell.visits, 0);
  expect(await count({ from, to: from })).toBe(2);
  expect(await count({ from, to: next })).toBe(3);
  expect(await count({ from: next, to: next })).toBe(1);
});

test('a fact that is told again changes nothing', async () => {
  const from = nextDay();
  const ids = { appointmentId: newId('apt'), consultationId: newId('con'), orderId: newId('ord') };
  for (let time = 0; time < 2; time += 1) {
    await tell('appointment.checked_in', { appointmentId: ids.appointmentId, checkedInAt: noon(from) });
    await tell('consultation.started', { consultationId: ids.consultationId, startedAt: noon(from) });
    await tell('order.paid', { orderId: ids.orderId, paidAt: noon(from) });
  }
  const range = { from, to: from };
  expect((await visits.cells(range, 0.1, 1))[0]?.visits).toBe(1);
  expect((await encounters.busiest(range, 5))[0]?.consultations).toBe(1);
  expect((await sales.top(range, 5)).map((each) => each.quantity)).toEqual([2, 1]);
});

test('an appointment that is cancelled after checking in was no visit', async () => {
  const from = nextDay();
  const appointmentId = await checkIn(from, 31.25, 121.45);
  await checkIn(from, 31.25, 121.45);
  await tell('appointment.cancelled', { appointmentId, reason: 'NO_SHOW', wasPaid: true });
  expect((await visits.cells({ from, to: from }, 0.1, 1))[0]?.visits).toBe(1);
});

test('the top list counts packs and money, and an order that is cancelled was not sold', async () => {
  const from = nextDay();
  const [one, two, three] = [newId('sku'), newId('sku'), newId('sku')];
  const pay = async (lines: [string, number, number][]) => {
    const orderId = newId('ord');
    await tell('order.paid', {
      orderId,
      paidAt: noon(from),
      lines: lines.map(([skuId, quantity, totalFen]) => ({ skuId, quantity, totalFen })),
    });
    return orderId;
  };
  await pay([
    [one, 2, 2000],
    [two, 5, 500],
  ]);
  await pay([
    [one, 1, 1000],
    [one, 2, 1999],
  ]);
  await pay([[three, 5, 501]]);
  const cancelled = await pay([[three, 90, 9000]]);
  await tell('order.cancelled', { orderId: cancelled, reason: 'PATIENT' });
  await tell('order.cancelled', { orderId: newId('ord'), reason: 'EXPIRED' });
  const range = { from, to: from };
  expect(await sales.top(range, 5)).toEqual(
    [
      { skuId: three, quantity: 5, amountFen: 501 },
      { skuId: one, quantity: 5, amountFen: 4999 },
      { skuId: two, quantity: 5, amountFen: 500 },
    ].toSorted((a, b) => b.amountFen - a.amountFen),
  );
  expect(await sales.top(range, 1)).toHaveLength(1);
});

test('efficiency is counted from what began, and averaged over what is known', async () => {
  const from = nextDay();
  const [busy, calm] = [newId('doc'), newId('doc')];
  const start = async (doctorId: string, waitedSeconds: number) => {
    const consultationId = newId('con');
    await tell('consultation.started', { consultationId, doctorId, waitedSeconds, startedAt: noon(from) });
    return consultationId;
  };
  const end = (consultationId: string, doctorId: string, minutes: string) =>
    tell('consultation.completed', {
      consultationId,
      doctorId,
      startedAt: noon(from),
      completedAt: `${from}T04:${minutes}.000Z`,
    });
  await end(await start(busy, 100), busy, '10:00');
  await end(await start(busy, 201), busy, '20:00');
  await start(busy, 300);
  // A consultation without an appointment: nobody queued.
  await end(newId('con'), calm, '05:30');
  const range = { from, to: from };
  const ofBusy = {
    doctorId: busy,
    consultations: 3,
    averageWaitSeconds: 200,
    averageConsultationSeconds: 900,
  };
  const ofCalm = {
    doctorId: calm,
    consultations: 1,
    averageWaitSeconds: null,
    averageConsultationSeconds: 330,
  };
  expect(await encounters.busiest(range, 5)).toEqual([ofBusy, ofCalm]);
  const stranger = newId('doc');
  const batch = await encounters.byDoctor.read([
    { id: calm, ...range },
    { id: stranger, ...range },
    { id: busy, ...range },
    { id: busy, from: addDays(from, 1), to: addDays(from, 1) },
  ]);
  expect(batch).toEqual([
    ofCalm,
    { doctorId: stranger, consultations: 0, averageWaitSeconds: null, averageConsultationSeconds: null },
    ofBusy,
    { doctorId: busy, consultations: 0, averageWaitSeconds: null, averageConsultationSeconds: null },
  ]);
});

test('nothing by which a person could be found stands in the tables', async () => {
  const from = nextDay();
  const ids = {
    appointmentId: newId('apt'),
    patientId: newId('pat'),
    consultationId: newId('con'),
    orderId: newId('ord'),
  };
  await tell('appointment.checked_in', { ...ids, checkedInAt: noon(from) });
  await tell('consultation.started', { ...ids, startedAt: noon(from) });
  await tell('order.paid', { orderId: ids.orderId, paidAt: noon(from) });
  for (const table of ['visit_fact', 'encounter_fact', 'sale_fact']) {
    const [rows] = await scratch.admin.query(`SELECT * FROM \`${scratch.schema}\`.${table} WHERE day = ?`, [
      from,
    ]);
    expect(rows).not.toEqual([]);
    for (const id of Object.values(ids)) expect(JSON.stringify(rows)).not.toContain(id);
  }
});

test('a range is in order and has 366 days at most', () => {
  expect(parseRange({ from: '2028-01-01', to: '2028-12-31' })).toEqual({
    from: '2028-01-01',
    to: '2028-12-31',
  });
  for (const range of [
    { from: '2026-11-24', to: '2026-11-23' },
    { from: '2026-01-01', to: '2027-01-02' },
  ]) {
    expect(() => parseRange(range)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }) as Error);
  }
});

test('a batch has one statement for each range', () => {
  const range = { from: '2026-11-24', to: '2026-11-24' };
  const other = { from: '2026-11-23', to: '2026-11-24' };
  const groups = byRange([
    { id: 'a', ...range },
    { id: 'b', ...other },
    { id: 'c', ...range },
  ]);
  expect(groups).toEqual([
    { range, ids: ['a', 'c'] },
    { range: other, ids: ['b'] },
  ]);
});
