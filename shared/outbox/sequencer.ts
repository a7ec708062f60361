import type { EntityManager } from 'typeorm';
import type { Db, Tx } from '../db/db.ts';
import type { Wake } from '../redis/wake.ts';
import { outboxTopic } from './outbox.ts';

const BATCH = 500;
const COLUMNS = 'id, aggregatetype, aggregateid, aggregate_version';

interface Unnumbered {
  readonly id: string;
  readonly aggregatetype: string;
  readonly aggregateid: string;
  readonly aggregate_version: number;
}

/** The topic that wakes the consumers of a subgraph's events. */
export const eventsTopic = (subgraph: string) => `events:${subgraph}`;

/**
 * Numbers committed events without gap. An AUTO_INCREMENT would be given before the commit, and a reader that has
 * seen 8 would never see a 7 that commits late. The row lock on the counter is the lease: of several sequencers one
 * works and the others wait.
 */
export class Sequencer {
  readonly #db: Db;
  readonly #subgraph: string;
  readonly #wake: Wake;

  constructor(db: Db, subgraph: string, wake: Wake) {
    this.#db = db;
    this.#subgraph = subgraph;
    this.#wake = wake;
  }

  /** The topic on which there is work. */
  get topic(): string {
    return outboxTopic(this.#subgraph);
  }

  /** Numbers what is there. @returns how many */
  async run(): Promise<number> {
    let total = 0;
    for (;;) {
      const numbered = await this.#db.transaction(numberBatch);
      total += numbered;
      if (numbered > 0) await this.#wake.call(eventsTopic(this.#subgraph));
      if (numbered < BATCH) return total;
    }
  }
}

async function numberBatch({ manager }: Tx): Promise<number> {
  // Looked for before the lock is taken, so that an idle sequencer writes and waits for nothing.
  const any: unknown[] = await manager.query('SELECT 1 FROM outbox_event WHERE seq IS NULL LIMIT 1');
  if (any.length === 0) return 0;
  const [counter]: { last_seq: string }[] = await manager.query(
    'SELECT last_seq FROM outbox_counter WHERE id = 1 FOR UPDATE',
  );
  const oldest: Unnumbered[] = await manager.query(
    `SELECT ${COLUMNS} FROM outbox_event WHERE seq IS NULL ORDER BY id LIMIT ?`,
    [BATCH],
  );
  if (oldest.length === 0) return 0;
  const rows = oldest.length < BATCH ? oldest : await withTheirAggregates(manager, oldest);
  const first = Number(counter?.last_seq ?? 0) + 1;
  const ids = inAggregateOrder(rows).map((row) => row.id);
  const cases = ids.map(() => 'WHEN ? THEN ?').join(' ');
  await manager.query(`UPDATE outbox_event SET seq = CASE id ${cases} END WHERE id IN (?)`, [
    ...ids.flatMap((id, index) => [id, first + index]),
    ids,
  ]);
  await manager.query('UPDATE outbox_counter SET last_seq = ? WHERE id = 1', [first + ids.length - 1]);
  return ids.length;
}

/** With what else their aggregates have: an earlier version may stand behind the border of the batch. */
async function withTheirAggregates(manager: EntityManager, rows: Unnumbered[]): Promise<Unnumbered[]> {
  const distinct = (column: 'aggregatetype' | 'aggregateid') => [...new Set(rows.map((row) => row[column]))];
  const all: Unnumbered[] = await manager.query(
    `SELECT ${COLUMNS} FROM outbox_event
     WHERE seq IS NULL AND aggregatetype IN (?) AND aggregateid IN (?) ORDER BY id`,
    [distinct('aggregatetype'), distinct('aggregateid')],
  );
  return all;
}

/**
 * Two processes whose clocks differ may have made identifiers against the order of their commits: within one
 * aggregate its version decides, and the places that its events have stay theirs.
 */
function inAggregateOrder(rows: Unnumbered[]): Unnumbered[] {
  const byAggregate = new Map<string, Unnumbered[]>();
  for (const row of rows) {
    const group = byAggregate.get(row.aggregateid) ?? [];
    group.push(row);
    byAggregate.set(row.aggregateid, group);
  }
  for (const group of byAggregate.values()) group.sort((a, b) => a.aggregate_version - b.aggregate_version);
  return rows.map((row) => byAggregate.get(row.aggregateid)?.shift() ?? row);
}
