import type { EntityManager } from 'typeorm';
import { type Condition, joined, type Order, type Sql } from './search-sql.ts';

const BELIEVED_MS = 60_000;
const MOST_REMEMBERED = 1000;

interface Estimate {
  readonly rows: number;
  readonly until: number;
}

/**
 * Finds where a search begins: with the rows of the condition that fewest meet, or along the order of the list, where a
 * page fills after a few rows if most meet the conditions. The engines' own choice takes no account of the page's
 * length; theirs are the estimates of how many rows there are, which they make from their indexes without reading rows.
 */
export class SearchPlanner {
  readonly #table: string;
  readonly #estimates = new Map<string, Estimate>();

  constructor(table: string) {
    this.#table = table;
  }

  /** The condition to begin with; undefined for the order of the list. @param limit rows of the page */
  async begin(
    manager: EntityManager,
    order: Order,
    conditions: readonly Condition[],
    limit: number,
  ): Promise<Condition | undefined> {
    const exact = conditions.find(({ isExact }) => isExact);
    if (exact) return exact;
    const ways = conditions.flatMap((condition) =>
      condition.ids ? [{ condition, sql: condition.ids, key: condition.key }] : [],
    );
    if (ways.length === 0) return undefined;
    const all = { sql: { sql: `SELECT id FROM ${this.#table}`, values: [] }, key: 'all' };
    const [total = 1, ...met] = await this.#rowsOf(manager, [all, ...ways]);
    const share = met.reduce((product, rows) => product * Math.min(1, rows / Math.max(1, total)), 1);
    const fewest = Math.min(...met);
    if (fewest >= limit / share) return undefined;
    const best = ways[met.indexOf(fewest)]?.condition;
    if (fewest <= limit || order.within.length === 0) return best;
    // What the index of the order takes in may leave fewer still.
    const within = joined(order.within, ' AND ');
    const scan = `SELECT id FROM ${this.#table} t FORCE INDEX (${order.index}) WHERE ${within.sql}`;
    const sql = { sql: scan, values: within.values };
    const [scanned = 0] = await this.#rowsOf(manager, [{ sql, key: undefined }]);
    return fewest < scanned ? best : undefined;
  }

  /** How many rows each SELECT reads, as the engine estimates it. */
  async #rowsOf(
    manager: EntityManager,
    selects: readonly { readonly sql: Sql; readonly key: string | undefined }[],
  ): Promise<number[]> {
    const now = performance.now();
    const known = selects.map(({ key }) => {
      const estimate = key === undefined ? undefined : this.#estimates.get(key);
      return estimate && estimate.until > now ? estimate.rows : undefined;
    });
    const asked = selects.filter((_, index) => known[index] === undefined);
    if (asked.length === 0) return known.map((rows) => rows ?? 0);
    const plan = await manager.query<{ id: number | string | null; rows: number | string | null }[]>(
      `EXPLAIN FORMAT=TRADITIONAL ${asked.map(({ sql }) => `(${sql.sql})`).join(' UNION ALL ')}`,
      asked.flatMap(({ sql }) => sql.values),
    );
    const found = asked.map(({ key }, index) => {
      const rows = rowsIn(plan.filter(({ id }) => Number(id) === index + 1));
      if (key !== undefined) this.#remember(key, { rows, until: now + BELIEVED_MS });
      return rows;
    });
    return known.map((rows) => rows ?? found.shift() ?? 0);
  }

  #remember(key: string, estimate: Estimate): void {
    if (this.#estimates.size >= MOST_REMEMBERED) this.#estimates.clear();
    this.#estimates.set(key, estimate);
  }
}

/** Of one SELECT; MariaDB adds what a filter leaves of them, `20 (14%)`. No row at all has none. */
function rowsIn(plan: readonly { readonly rows: number | string | null }[]): number {
  const counts = plan.map(({ rows }) => Number.parseInt(String(rows), 10));
  return Math.max(0, ...counts.filter((each) => !Number.isNaN(each)));
}
