import { AuditSealer, SEAL_GATHER_MS } from '../audit/audit-sealer.ts';
import { AuditWatch } from '../audit/audit-watch.ts';
import { sealTopic } from '../audit/audit-place.ts';
import { measureDatabaseClock } from '../clock/database-clock.ts';
import type { SubgraphName } from '../config/config.ts';
import { Jobs } from '../jobs/jobs.ts';
import { keepDoing, repeat } from '../jobs/loop.ts';
import { EventConsumer } from '../outbox/event-consumer.ts';
import type { EventHandlers } from '../outbox/event-handlers.ts';
import { eventsTopic, Sequencer } from '../outbox/sequencer.ts';
import { auditPlaceOf, type Foundation } from './foundation.ts';

/** How often what is overdue is looked for, ms. */
const WATCH_EVERY_MS = 5000;

export interface BackgroundParts {
  readonly consumes: Partial<Record<SubgraphName, EventHandlers>>;
  readonly jobs: (jobs: Jobs) => void;
}

/** What a subgraph does besides answering: numbering its facts, reading those of others, sealing its audit, jobs. */
export function startBackground(foundation: Foundation, parts: BackgroundParts): () => Promise<void> {
  const { config, db, redis, wake, now, readiness, clocks } = foundation;
  const { name } = config;
  const sequencer = new Sequencer(db, name, wake);
  const sealer = new AuditSealer(db, redis, auditPlaceOf(config), now);
  const consumers = consumersOf(foundation, parts.consumes);
  for (const each of consumers) {
    readiness.tell(`events of ${each.producer}`, () => each.lag());
    readiness.watch(`events of ${each.producer}`, async () => {
      const { alarms } = await each.status();
      return alarms.length === 0 ? undefined : alarms.join(', ');
    });
  }
  const jobs = new Jobs(name, config.redisStateUrl, () => clocks.of('database')?.isTooFar !== true);
  readiness.watch('jobs', () => jobs.problem());
  parts.jobs(jobs);
  // Whether the clock is right is known before the first job.
  const started = measureDatabaseClock(db, clocks)
    .catch(() => undefined)
    .then(() => jobs.start());
  const auditWatch = new AuditWatch(db, auditPlaceOf(config));
  readiness.require('audit', () => auditWatch.problem());
  const stops = [
    repeat('clock of the database', WATCH_EVERY_MS, () => measureDatabaseClock(db, clocks)),
    repeat('audit watch', WATCH_EVERY_MS, () => auditWatch.look()),
    keepDoing('sequencer', wake, sequencer.topic, () => sequencer.run()),
    keepDoing('audit sealer', wake, sealTopic(name), () => sealer.run(), SEAL_GATHER_MS),
    ...consumers.map((each) =>
      keepDoing(`events of ${each.producer}`, wake, eventsTopic(each.producer), () => each.run()),
    ),
  ];
  return async () => {
    await started;
    await Promise.all([jobs.close(), ...stops.map((stop) => stop())]);
  };
}

/** A reader for each producer. */
function consumersOf(
  { db, now, clientOf }: Foundation,
  consumes: BackgroundParts['consumes'],
): EventConsumer[] {
  return Object.entries(consumes).map(
    ([producer, handlers]) =>
      new EventConsumer(db, producer, clientOf(producer as SubgraphName), handlers, { now }),
  );
}
