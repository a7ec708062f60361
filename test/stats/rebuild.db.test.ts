import { afterAll, beforeAll, expect, test } from 'vitest';
import { Audit } from '../../shared/audit/audit.ts';
import { newId } from '../../shared/ids/ids.ts';
import { keepDoing } from '../../shared/jobs/loop.ts';
import { EventConsumer } from '../../shared/outbox/event-consumer.ts';
import { EventReader } from '../../shared/outbox/event-reader.ts';
import { Outbox } from '../../shared/outbox/outbox.ts';
import { eventsTopic, Sequencer } from '../../shared/outbox/sequencer.ts';
import { ServiceClient } from '../../shared/service/service-client.ts';
import { database } from '../../subgraphs/stats/datasource.ts';
import { EncounterStore } from '../../subgraphs/stats/encounter/encounter.store.ts';
import { careFacts, pharmacyFacts } from '../../subgraphs/stats/facts/fact-handlers.ts';
import { Pseudonyms } from '../../subgraphs/stats/facts/pseudonyms.ts';
import { rebuild } from '../../subgraphs/stats/facts/rebuild.ts';
import { SaleStore } from '../../subgraphs/stats/sale/sale.store.ts';
import { VisitStore } from '../../subgraphs/stats/visit/visit.store.ts';
import { fixtureOf } from '../testkit/fixtures.ts';
import { until } from '../testkit/platform.ts';
import { serveEvents } from '../testkit/producer.ts';
import { type Scratch, scratchSubgraph } from '../testkit/scratch.ts';

const DAYS = { from: '2026-11-24', to: '2026-11-26' };
const PRODUCERS = ['care', 'pharmacy'] as const;

let stats: Scratch;
let makers: Record<(typeof PRODUCERS)[number], Scratch>;
let servers: Awaited<ReturnType<typeof serveEvents>>[];
let stops: (() => Promise<void>)[];
let figures: () => Promise<{ visits: number; consultations: number; packs: number }>;

/** Two producers, and two processes of stats that consume them. */
beforeAll(async () => {
  stats = await scratchSubgraph(database);
  makers = { care: await scratchSubgraph(), pharmacy: await scratchSubgraph() };
  servers = [];
  stops = [];
  const pseudonyms = new Pseudonyms(stats.config.blindIndexKey);
  const dbs = [stats.db, await stats.open()];
  for (const producer of PRODUCERS) {
    const server = await serveEvents(new EventReader(makers[producer].db, stats.cipher));
    servers.push(server);
    for (const db of dbs) {
      const stores = {
        visits: new VisitStore(db),
        encounters: new EncounterStore(db),
        sales: new SaleStore(db),
      };
      const client = new ServiceClient(stats.config.serviceKeys, 'stats', producer, server.url);
      const facts = producer === 'care' ? careFacts : pharmacyFacts;
      const consumer = new EventConsumer(db, producer, client, facts(stores, pseudonyms));
      stops.push(keepDoing(producer, stats.wake, eventsTopic(producer), () => consumer.run()));
    }
  }
  const { db } = stats;
  figures = async () => ({
    visits: (await new VisitStore(db).cells(DAYS, 1, 1)).reduce((sum, cell) => sum + cell.visits, 0),
    consultations: (await new EncounterStore(db).busiest(DAYS, 5)).reduce(
      (sum, each) => sum + each.consultations,
      0,
    ),
    packs: (await new SaleStore(db).top(DAYS, 5)).reduce((sum, each) => sum + each.quantity, 0),
  });
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await Promise.all(servers.map((server) => server.close()));
  for (const scratch of [stats, makers.care, makers.pharmacy]) await scratch.close();
});

/** Tells of so many visits, consultations and orders, some of which are cancelled, and numbers them. */
async function happen(count: number): Promise<void> {
  const outboxes = {
    care: new Outbox('care', stats.cipher, makers.care.wake, () => new Date()),
    pharmacy: new Outbox('pharmacy', stats.cipher, makers.pharmacy.wake, () => new Date()),
  };
  const common = { aggregateId: 'tst_1', aggregateVersion: 1 };
  for (let index = 0; index < count; index += 1) {
    await makers.care.db.transaction(async (tx) => {
      await outboxes.care.add(tx, {
        ...common,
        type: 'appointment.checked_in',
        aggregateType: 'appointment',
        payload: {
          ...fixtureOf('appointment.checked_in'),
          appointmentId: newId('apt'),
          patientId: newId('pat'),
        },
      });
      await outboxes.care.add(tx, {
        ...common,
        type: 'consultation.started',
        aggregateType: 'consultation',
        payload: { ...fixtureOf('consultation.started'), consultationId: newId('con') },
      });
    });
    await makers.pharmacy.db.transaction(async (tx) => {
      const orderId = newId('ord');
      await outboxes.pharmacy.add(tx, {
        ...common,
        type: 'order.paid',
        aggregateType: 'order',
        payload: { ...fixtureOf('order.paid'), orderId },
      });
      if (index % 2 === 0) return;
      await outboxes.pharmacy.add(tx, {
        ...common,
        type: 'order.cancelled',
        aggregateType: 'order',
        payload: { orderId, reason: 'PATIENT' },
      });
    });
  }
  for (const producer of PRODUCERS) {
    await new Sequencer(makers[producer].db, producer, makers[producer].wake).run();
  }
}

test('the read models are rebuilt from the facts while consumers run and new facts come', async () => {
  const audit = new Audit(stats.db, stats.place, stats.wake, () => new Date());
  const again = () => rebuild({ db: stats.db, audit, wake: stats.wake });
  await happen(40);
  const expected = { visits: 40, consultations: 40, packs: 60 };
  await until(async () => JSON.stringify(await figures()) === JSON.stringify(expected), 20_000);
  // Rows that no fact tells of: a rebuild that does not empty the tables would leave them.
  await stats.admin.query(`UPDATE \`${stats.schema}\`.sale_fact SET quantity = quantity + 100`);
  await stats.admin.query(`UPDATE \`${stats.schema}\`.visit_fact SET id = REVERSE(id)`);
  const more = happen(20);
  await again();
  await until(async () => (await figures()).visits > 5, 20_000);
  // In the midst of the rebuilding.
  await Promise.all([again(), again()]);
  await more;
  const all = { visits: 60, consultations: 60, packs: 90 };
  await until(async () => JSON.stringify(await figures()) === JSON.stringify(all), 25_000);
  const [entries] = await stats.admin.query(
    `SELECT COUNT(*) AS n FROM \`${stats.place.schema}\`.audit_entry WHERE action = 'stats.rebuild'`,
  );
  expect(entries).toEqual([{ n: 3 }]);
}, 90_000);
