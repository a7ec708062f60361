import type { SubgraphConfig, SubgraphName } from '../config/config.ts';
import type { DatabaseParts } from '../db/data-source.ts';
import { leapHeartbeat } from '../db/heartbeat-leap.ts';
import { AppError } from '../errors/app-error.ts';
import { type Cursor, EventCursor } from '../outbox/event-cursor.ts';
import { beginEventEpoch } from '../outbox/event-log.ts';
import { ParkedEvents } from '../outbox/parked-events.ts';
import { ParkedRetry } from '../outbox/parked-retry.ts';
import { askForEvents, type EventPage } from '../outbox/received-event.ts';
import { eventsTopic } from '../outbox/sequencer.ts';
import type { BackgroundParts } from './background.ts';
import { type Foundation, layFoundation } from './foundation.ts';

type Consumes = BackgroundParts['consumes'];
type Work = (foundation: Foundation, consumes: Consumes, args: readonly string[]) => Promise<void>;

/**
 * The commands by which operators look after a subgraph's events: `events` shows how far it reads those of others,
 * `replay-events` sets a cursor, `retry-events` handles what is parked, `new-event-epoch` follows the restore of its
 * own database. All of them run beside the subgraph.
 */
export function eventCommands(
  configOf: () => SubgraphConfig,
  database: DatabaseParts,
  consumesOf: (foundation: Foundation) => Consumes = () => ({}),
): Record<string, (args: string[]) => Promise<void>> {
  const command = (work: Work) => async (args: string[]) => {
    const { foundation, close } = await layFoundation(configOf(), database);
    try {
      await work(foundation, consumesOf(foundation), args);
    } finally {
      await close();
    }
  };
  return {
    events: command(showEvents),
    'replay-events': command(replayEvents),
    'retry-events': command(retryEvents),
    'new-event-epoch': command(newEventEpoch),
  };
}

/** Prints where each cursor stands and what is parked; exits non-zero when something needs attention. */
async function showEvents({ config, db, clientOf }: Foundation, consumes: Consumes): Promise<void> {
  for (const producer of producersOf(consumes)) {
    const cursor = await new EventCursor(db, producer).read();
    const end = await askForEvents(clientOf(producer), cursor, 1).then(
      ({ eventLog }) => `of ${eventLog.lastSeq}, epoch ${eventLog.epoch}`,
      () => 'of a producer that does not answer',
    );
    const parked = await new ParkedEvents(db, producer).all();
    console.log(`${config.name}: events of ${producer}: read ${cursor.seq} ${end}, ${parked.length} parked`);
    for (const { seq, id, type, aggregateType, aggregateId, reason } of parked) {
      console.log(
        `  ${seq} ${id} ${type} of ${aggregateType} ${aggregateId}: ${reason ?? 'waits behind another'}`,
      );
    }
    if (cursor.alarm !== null) console.error(`${cursor.alarm}: ${config.name}: events of ${producer}`);
    if (parked.length > 0) console.error(`EVENT_PARKED: ${config.name}: events of ${producer}`);
    if (cursor.alarm !== null || parked.length > 0) process.exitCode = 1;
  }
}

/** `<producer> [--from <number>]`: goes on after the last event that both epochs share, or after that number. */
async function replayEvents(
  foundation: Foundation,
  consumes: Consumes,
  args: readonly string[],
): Promise<void> {
  const { config, db, audit, wake, clientOf, now } = foundation;
  const producer = producerIn(consumes, args);
  const cursors = new EventCursor(db, producer);
  const known = await cursors.read();
  const page = await askForEvents(clientOf(producer), known, 1);
  const from = numberIn(args) ?? sharedWith(known, page);
  const { epoch, lastSeq } = page.eventLog;
  if (from > lastSeq) throw invalid(`--from: ${producer} has ${lastSeq} events`);
  await db.transaction(async (tx) => {
    await cursors.lock(tx);
    await cursors.set(tx, from, epoch);
    await new ParkedEvents(db, producer).removeAfter(tx, from);
    await audit.record(tx, {
      actor: { kind: 'service', name: 'replay-events' },
      action: 'event.replay',
      subjectType: 'EventCursor',
      subjectId: producer,
      detail: { from, epoch, earlierSeq: known.seq, earlierEpoch: known.epoch, at: now().toISOString() },
    });
    tx.afterCommit(() => wake.call(eventsTopic(producer)));
  });
  console.log(
    `${config.name}: events of ${producer}: goes on after ${from} in epoch ${epoch}; ${known.seq} were read before`,
  );
}

/** `<producer> [--discard <event>]`: handles what is parked, after giving up the one event that is named. */
async function retryEvents(
  foundation: Foundation,
  consumes: Consumes,
  args: readonly string[],
): Promise<void> {
  const { config, db, audit, clientOf } = foundation;
  const producer = producerIn(consumes, args);
  const retry = new ParkedRetry(db, producer, clientOf(producer), consumes[producer] ?? {});
  const discarded = optionIn(args, '--discard');
  if (discarded !== undefined) await retry.discard(audit, discarded);
  const handled = await retry.run();
  const left = await new ParkedEvents(db, producer).count();
  console.log(`${config.name}: events of ${producer}: ${handled} handled, ${left} still parked`);
  if (left > 0) process.exitCode = 1;
}

/** To be run after the restore of the database, before the subgraph starts again. */
async function newEventEpoch({ config, db, audit, now }: Foundation): Promise<void> {
  const epoch = await db.transaction(async (tx) => {
    const begun = await beginEventEpoch(tx, now());
    await leapHeartbeat(tx);
    await audit.record(tx, {
      actor: { kind: 'service', name: 'new-event-epoch' },
      action: 'event.new_epoch',
      subjectType: 'EventEpoch',
      subjectId: begun,
    });
    return begun;
  });
  console.log(`${config.name}: epoch ${epoch}`);
}

/**
 * The last event that means the same to both, in the epoch of the producer.
 * @throws AppError CONFIG_INVALID where the numbers alone do not tell
 */
function sharedWith({ seq, epoch, eventId }: Cursor, { eventLog }: EventPage): number {
  const { sharedUntil, lastSeq, idAt } = eventLog;
  const isAnother = eventId !== null && idAt !== null && idAt !== eventId;
  const isSetBack = epoch === eventLog.epoch && seq > lastSeq;
  if (sharedUntil === null || isSetBack || (isAnother && seq <= sharedUntil)) {
    throw invalid('--from: name the last event that is not to be read again; 0 reads all of them');
  }
  return Math.min(seq, sharedUntil);
}

function producersOf(consumes: Consumes): SubgraphName[] {
  return Object.keys(consumes) as SubgraphName[];
}

function producerIn(consumes: Consumes, [name]: readonly string[]): SubgraphName {
  const producer = producersOf(consumes).find((each) => each === name);
  if (producer === undefined) throw invalid(`name one of ${producersOf(consumes).join(', ') || 'none'}`);
  return producer;
}

function optionIn(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : (args[at + 1] ?? '');
}

function numberIn(args: readonly string[]): number | undefined {
  const text = optionIn(args, '--from');
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalid('--from: must be a whole number');
  return Number(text);
}

function invalid(problems: string): AppError {
  return new AppError('CONFIG_INVALID', { problems });
}
