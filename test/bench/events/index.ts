import { type Connection, createConnection } from 'mysql2/promise';
import { loadConfig } from '../../../shared/config/config.ts';
import { createDataSource } from '../../../shared/db/data-source.ts';
import type { Db } from '../../../shared/db/db.ts';
import { migrate } from '../../../shared/db/migrate.ts';
import { openDatabase } from '../../../shared/db/open.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { EventConsumer } from '../../../shared/outbox/event-consumer.ts';
import { createRedis } from '../../../shared/redis/clients.ts';
import { ServiceClient } from '../../../shared/service/service-client.ts';
import { database } from '../../../subgraphs/stats/datasource.ts';
import { EncounterStore } from '../../../subgraphs/stats/encounter/encounter.store.ts';
import { careFacts } from '../../../subgraphs/stats/facts/fact-handlers.ts';
import { Pseudonyms } from '../../../subgraphs/stats/facts/pseudonyms.ts';
import { VisitStore } from '../../../subgraphs/stats/visit/visit.store.ts';
import { fixtureOf } from '../../testkit/fixtures.ts';
import { benchEnvironment, until } from '../../testkit/platform.ts';
import { dropSchemas, makeSchemas } from '../../testkit/schemas.ts';

const EVENTS = 12_000;
const ROUNDS = 5;
/** What the baseline takes of them in a round. */
const SINGLE = 1500;
/** Events a second of cheap effects. */
const GOAL_RATE = 2000;
const GOAL_RATIO = 3;
const SCHEMA = 'bench_events';

/**
 * How fast the visits that care tells of become rows of stats: from the running care over HTTP, each row in the
 * transaction that moves the cursor. The baseline is the same reader with one event a transaction.
 */
export async function benchEvents({ dir }: { dir: string }): Promise<void> {
  const env = benchEnvironment(dir);
  const admin = await createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD ?? '',
  });
  await makeSchemas(admin, 'stats', SCHEMA);
  const config = loadConfig('stats', {
    ...env,
    STATS_SCHEMA: SCHEMA,
    STATS_AUDIT_SCHEMA: `${SCHEMA}_audit`,
  });
  const ddl = createDataSource(config.database, config.database.primaryUrl, 'ddl', database);
  await ddl.initialize();
  await migrate(ddl, SCHEMA);
  await ddl.destroy();
  const redis = createRedis(config.redisStateUrl, 'request');
  const { db } = await openDatabase(config, database, redis);
  try {
    await tellOfVisits(admin);
    const care = new ServiceClient(config.serviceKeys, 'stats', 'care', config.urls.care);
    const last = await lastOf(admin);
    const read = async (from: number, batch: number) => {
      const producer = newId('bch');
      await db.append('INSERT INTO event_cursor (producer, seq) VALUES (?, ?)', [producer, from]);
      return rateOf(consumerOf(db, producer, care, config.blindIndexKey, batch));
    };
    // Once to compile everything.
    for (const batch of [500, 1]) await read(last - SINGLE, batch);
    const rounds: { ours: number; single: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({ ours: await read(last - EVENTS, 500), single: await read(last - SINGLE, 1) });
    }
    report(rounds);
  } finally {
    await db.close();
    redis.disconnect();
    await dropSchemas(admin, SCHEMA);
    await admin.end();
  }
}

function consumerOf(
  db: Db,
  producer: string,
  care: ServiceClient,
  key: ConstructorParameters<typeof Pseudonyms>[0],
  batch: number,
): EventConsumer {
  const stores = { visits: new VisitStore(db), encounters: new EncounterStore(db) };
  return new EventConsumer(db, producer, care, careFacts(stores, new Pseudonyms(key)), { batch });
}

/** Events a second, all that there are, and how busy this process was with them. */
async function rateOf(consumer: EventConsumer): Promise<number> {
  const began = performance.now();
  const handled = await consumer.run();
  return (handled * 1000) / (performance.now() - began);
}

/** Puts visits into the outbox of care, and waits until they have numbers and stats itself has read them. */
async function tellOfVisits(admin: Connection): Promise<void> {
  const visit = fixtureOf('appointment.checked_in');
  for (let told = 0; told < EVENTS; told += 1000) {
    const rows = Array.from({ length: 1000 }, () => {
      const appointmentId = newId('apt');
      const payload = JSON.stringify({ ...visit, appointmentId, patientId: newId('pat') });
      return [
        newId('evt'),
        'appointment.checked_in',
        1,
        'appointment',
        appointmentId,
        1,
        '',
        '',
        '',
        payload,
      ];
    });
    await admin.query(
      `INSERT INTO yey_care.outbox_event (id, type, version, aggregatetype, aggregateid, aggregate_version, actor,
         request_id, traceparent, payload, occurred_at)
       VALUES ${rows.map(() => '(?, UTC_TIMESTAMP(3))').join(', ')}`,
      rows,
    );
  }
  await until(async () => {
    const [left] = await admin.query('SELECT 1 FROM yey_care.outbox_event WHERE seq IS NULL LIMIT 1');
    const [cursors] = await admin.query("SELECT seq FROM yey_stats.event_cursor WHERE producer = 'care'");
    const read = Number((cursors as { seq: string }[])[0]?.seq ?? 0);
    return (left as unknown[]).length === 0 && read === (await lastOf(admin));
  }, 300_000);
}

async function lastOf(admin: Connection): Promise<number> {
  const [rows] = await admin.query('SELECT last_seq FROM yey_care.outbox_counter');
  return Number((rows as { last_seq: string }[])[0]?.last_seq ?? 0);
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function report(rounds: readonly { ours: number; single: number }[]): void {
  const ours = median(rounds.map((each) => each.ours));
  const single = median(rounds.map((each) => each.single));
  console.log(
    `events: ${ours.toFixed(0)}/s in batches; one event a transaction: ${single.toFixed(0)}/s (median of ${ROUNDS})`,
  );
  const ratio = median(rounds.map((each) => each.ours / each.single));
  console.log(`ratio events-batched ${ratio.toFixed(3)} goal ${GOAL_RATIO}`);
  console.log(`ratio events-rate ${(ours / GOAL_RATE).toFixed(3)} goal 1`);
}
