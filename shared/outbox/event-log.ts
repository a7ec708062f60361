import type { EntityManager } from 'typeorm';
import type { Db, Tx } from '../db/db.ts';
import { newId } from '../ids/ids.ts';

/** Where the events of a producer stand, beside a reader's cursor. */
export interface EventLogState {
  /** Names this history of numbers; another one after the database was restored. */
  readonly epoch: string;
  /** The number of the last event. */
  readonly lastSeq: number;
  /** The event that has the number of the cursor; null where there is none. */
  readonly idAt: string | null;
  /** The last number that means the same in the epoch of the cursor; null for an epoch that never was. */
  readonly sharedUntil: number | null;
}

interface Epoch {
  readonly epoch: string;
  readonly began_after: string;
}

/** @param at the number of a cursor. @param epoch that of the cursor; null for one that has none yet */
export async function eventLogState(db: Db, at: number, epoch: string | null): Promise<EventLogState> {
  return db.readPrimary(async (manager) => {
    const epochs: Epoch[] = await manager.query('SELECT epoch, began_after FROM outbox_epoch ORDER BY n');
    const lastSeq = await lastSeqOf(manager);
    const [found] = await manager.query<{ id: string }[]>('SELECT id FROM outbox_event WHERE seq = ?', [at]);
    const current = epochs.at(-1);
    if (current === undefined) throw new Error('the producer has no epoch');
    const known = epochs.findIndex((each) => each.epoch === epoch);
    const later = epochs.slice(known + 1).map((each) => Number(each.began_after));
    return {
      epoch: current.epoch,
      lastSeq,
      idAt: found?.id ?? null,
      sharedUntil: known < 0 ? null : Math.min(lastSeq, ...later),
    };
  });
}

/**
 * Begins a new epoch after the last event that has a number. Whoever restores or empties a producer's schema calls it
 * before the producer starts again: numbers that readers know are given to other events from here on.
 * @param epoch a name that no epoch ever had @returns it
 */
export async function beginEventEpoch(
  { manager }: Tx,
  now: Date,
  epoch: string = newId('epo'),
): Promise<string> {
  // The sequencer's lock: no event gets a number of the old epoch in the meantime.
  await manager.query('SELECT last_seq FROM outbox_counter WHERE id = 1 FOR UPDATE');
  await manager.query('INSERT INTO outbox_epoch (epoch, began_after, began_at) VALUES (?, ?, ?)', [
    epoch,
    await lastSeqOf(manager),
    now,
  ]);
  return epoch;
}

async function lastSeqOf(manager: EntityManager): Promise<number> {
  const [counter] = await manager.query<{ last_seq: string }[]>(
    'SELECT last_seq FROM outbox_counter WHERE id = 1',
  );
  return Number(counter?.last_seq ?? 0);
}
