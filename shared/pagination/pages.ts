import type { EntityManager } from 'typeorm';

/** One page of one owner: a SELECT of the column `id` with an order and a limit of its own. */
export interface PageSelect {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * The identifiers of pages of several owners by one statement. Each select has its own limit, which follows an index:
 * many rows of one owner are not read for the sake of another.
 * @returns in the order of the selects; within a page in no order that could be relied upon
 */
export async function idsOfPages(
  manager: EntityManager,
  selects: readonly PageSelect[],
): Promise<string[][]> {
  const pages: string[][] = selects.map(() => []);
  if (selects.length === 0) return pages;
  const found = await manager.query<{ page: number | string; id: string }[]>(
    selects.map(({ sql }) => `(SELECT ? AS page, id FROM (${sql}) AS one)`).join(' UNION ALL '),
    selects.flatMap(({ values }, index) => [index, ...values]),
  );
  for (const { page, id } of found) pages[Number(page)]?.push(id);
  return pages;
}
