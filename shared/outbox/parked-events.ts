import type { Db, Tx } from '../db/db.ts';
import type { ReceivedEvent } from './received-event.ts';

export interface ParkedEvent {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The code of what it failed with; null for one that only waits behind another. */
  readonly reason: string | null;
  readonly parkedAt: Date;
}

type Aggregate = Pick<ReceivedEvent, 'aggregateType' | 'aggregateId'>;

export const aggregateKey = ({ aggregateType, aggregateId }: Aggregate) => `${aggregateType}:${aggregateId}`;

/**
 * What a reader has put aside of a producer: events that failed, and those that came later of the same aggregate. Only
 * numbers are kept; what an event says is asked of the producer again. Written under the lock of the cursor.
 */
export class ParkedEvents {
  readonly #db: Db;
  readonly #producer: string;

  constructor(db: Db, producer: string) {
    this.#db = db;
    this.#producer = producer;
  }

  /** The keys of the aggregates of which something is parked. */
  async aggregates({ manager }: Tx): Promise<Set<string>> {
    const rows = await manager.query<Aggregate[]>(
      `SELECT DISTINCT aggregatetype AS aggregateType, aggregateid AS aggregateId
       FROM parked_event WHERE producer = ?`,
      [this.#producer],
    );
    return new Set(rows.map(aggregateKey));
  }

  /** @param reason null for one that waits behind another */
  async add({ manager }: Tx, event: ReceivedEvent, reason: string | null, now: Date): Promise<void> {
    const { seq, id, type, aggregateType, aggregateId } = event;
    await manager.query(
      `INSERT INTO parked_event (producer, seq, id, type, aggregatetype, aggregateid, reason, parked_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE id = VALUES(id), type = VALUES(type), aggregatetype = VALUES(aggregatetype),
         aggregateid = VALUES(aggregateid), reason = VALUES(reason), parked_at = VALUES(parked_at)`,
      [this.#producer, seq, id, type, aggregateType, aggregateId, reason, now],
    );
  }

  /** Everything that is parked, in order. */
  async all(): Promise<ParkedEvent[]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.query<(Omit<ParkedEvent, 'seq'> & { seq: string })[]>(
        `SELECT seq, id, type, aggregatetype AS aggregateType, aggregateid AS aggregateId, reason,
           parked_at AS parkedAt
         FROM parked_event WHERE producer = ? ORDER BY seq`,
        [this.#producer],
      ),
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }

  async count(): Promise<number> {
    const [row] = await this.#db.readPrimary((manager) =>
      manager.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM parked_event WHERE producer = ?', [
        this.#producer,
      ]),
    );
    return Number(row?.n ?? 0);
  }

  /** @returns whether it was there */
  async remove({ manager }: Tx, { seq, id }: Pick<ParkedEvent, 'seq' | 'id'>): Promise<boolean> {
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      'DELETE FROM parked_event WHERE producer = ? AND seq = ? AND id = ?',
      [this.#producer, seq, id],
    );
    return affectedRows === 1;
  }

  async noteReason({ manager }: Tx, seq: number, reason: string): Promise<void> {
    await manager.query('UPDATE parked_event SET reason = ? WHERE producer = ? AND seq = ?', [
      reason,
      this.#producer,
      seq,
    ]);
  }

  /** Forgets what a cursor that is set back will meet again. */
  async removeAfter({ manager }: Tx, seq: number): Promise<void> {
    await manager.query('DELETE FROM parked_event WHERE producer = ? AND seq > ?', [this.#producer, seq]);
  }
}
