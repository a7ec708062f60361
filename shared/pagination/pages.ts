import type { EntityManager } from 'typeorm';

/** One page of one owner: a SELECT of the column `id` with an order and a limit of its own. */
export interface PageSelect {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * Pages of several owners by two statements, however many there are. Each select has its own limit, which follows an index:
 * many rows of one owner are not read for the sake of another.
 * @param read the rows of identifiers, in any order @param order of the rows within a page
 * @returns in the order of the selects
 */
export async function readPages<T extends { readonly id: string }>(
  manager: EntityManager,
  selects: readonly PageSelect[],
  read: (ids: string[]) => Promise<T[]>,
  order: (a: T, b: T) => number,
): Promise<T[][]> {
  const pages: T[][] = selects.map(() => []);
  if (selects.length === 0) return pages;
  const found = await manager.query<{ page: number | string; id: string }[]>(
    selects.map(({ sql }) => `(SELECT ? AS page, id FROM (${sql}) AS one)`).join(' UNION ALL '),
    selects.flatMap(({ values }, index) => [index, ...values]),
  );
  if (found.length === 0) return pages;
  const rows = await read([...new Set(found.map(({ id }) => id))]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { page, id } of found) {
    const row = byId.get(id);
    if (row) pages[Number(page)]?.push(row);
  }
  for (const page of pages) page.sort(order);
  return pages;
}

/** Identifiers ascend in time. */
export function latestFirst(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? 1 : -1;
}
