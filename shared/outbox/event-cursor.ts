import type { EntityManager } from 'typeorm';
import type { Db, Tx } from '../db/db.ts';
import type { ErrorCode } from '../errors/catalogue.ts';

/** How far a reader has come with the events of a producer. */
export interface Cursor {
  readonly seq: number;
  /** Null for one that was written before there were epochs, or that has read nothing yet. */
  readonly epoch: string | null;
  /** The event with that number; null where it is not known. */
  readonly eventId: string | null;
  /** How often the next event has failed. */
  readonly failures: number;
  /** Why it does not move; null while it does. */
  readonly alarm: ErrorCode | null;
}

interface Row {
  readonly seq: string;
  readonly epoch: string | null;
  readonly event_id: string | null;
  readonly event_seq: string | null;
  readonly failed_seq: string | null;
  readonly failures: number;
  readonly alarm: ErrorCode | null;
}

const SELECT = `SELECT seq, epoch, event_id, event_seq, failed_seq, failures, alarm
  FROM event_cursor WHERE producer = ?`;

const BEGINNING: Cursor = { seq: 0, epoch: null, eventId: null, failures: 0, alarm: null };

/** The row of one producer in a reader's `event_cursor`. Its lock lets one process at a time have effects. */
export class EventCursor {
  readonly #db: Db;
  readonly #producer: string;

  constructor(db: Db, producer: string) {
    this.#db = db;
    this.#producer = producer;
  }

  /** As it is committed. */
  async read(): Promise<Cursor> {
    const row = await this.#db.readPrimary((manager) => this.#select(manager, SELECT));
    return row === undefined ? BEGINNING : cursorOf(row);
  }

  /** Holds it until the transaction ends. */
  async lock({ manager }: Tx): Promise<Cursor> {
    const known = await this.#select(manager, `${SELECT} FOR UPDATE`);
    if (known !== undefined) return cursorOf(known);
    await manager.query(
      'INSERT INTO event_cursor (producer, seq) VALUES (?, 0) ON DUPLICATE KEY UPDATE producer = VALUES(producer)',
      [this.#producer],
    );
    const made = await this.#select(manager, `${SELECT} FOR UPDATE`);
    return made === undefined ? BEGINNING : cursorOf(made);
  }

  /** Moves the locked cursor behind an event, which ends what was noted of failures and of an alarm. */
  async move({ manager }: Tx, event: { readonly seq: number; readonly id: string }, epoch: string) {
    await manager.query(
      `UPDATE event_cursor SET seq = ?, epoch = ?, event_id = ?, event_seq = ?, failed_seq = NULL, failures = 0,
         alarm = NULL, alarm_at = NULL
       WHERE producer = ?`,
      [event.seq, epoch, event.id, event.seq, this.#producer],
    );
  }

  /** Sets the locked cursor to a place in an epoch, from where it goes on. */
  async set({ manager }: Tx, seq: number, epoch: string): Promise<void> {
    await manager.query(
      `UPDATE event_cursor SET seq = ?, epoch = ?, event_id = NULL, event_seq = NULL, failed_seq = NULL, failures = 0,
         alarm = NULL, alarm_at = NULL
       WHERE producer = ?`,
      [seq, epoch, this.#producer],
    );
  }

  async noteFailures({ manager }: Tx, seq: number, failures: number): Promise<void> {
    await manager.query('UPDATE event_cursor SET failed_seq = ?, failures = ? WHERE producer = ?', [
      seq,
      failures,
      this.#producer,
    ]);
  }

  /** Keeps why it stands still, or that it does not any more. */
  async noteAlarm(alarm: ErrorCode | null, now: Date): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await this.lock(tx);
      await tx.manager.query('UPDATE event_cursor SET alarm = ?, alarm_at = ? WHERE producer = ?', [
        alarm,
        alarm && now,
        this.#producer,
      ]);
    });
  }

  async #select(manager: EntityManager, sql: string): Promise<Row | undefined> {
    return (await manager.query<Row[]>(sql, [this.#producer]))[0];
  }
}

function cursorOf(row: Row): Cursor {
  const { epoch, alarm } = row;
  const seq = Number(row.seq);
  return {
    seq,
    epoch,
    alarm,
    // One that was set back, or moved by a process of an earlier release, no longer stands at that event.
    eventId: Number(row.event_seq ?? -1) === seq ? row.event_id : null,
    failures: Number(row.failed_seq ?? -1) === seq + 1 ? row.failures : 0,
  };
}
