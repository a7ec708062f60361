import { AppError } from '../errors/app-error.ts';

const MAX = 100;
const USUAL = 20;

interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** How many rows a page holds. @throws AppError VALIDATION_FAILED outside 1 to 100 */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? USUAL;
  if (size >= 1 && size <= MAX) return size;
  throw new AppError('VALIDATION_FAILED', { field: 'first', reason: `1 – ${MAX}` });
}

/** The key in a cursor, checked by `parse`. @throws AppError BAD_CURSOR */
export function cursorOf<K>(cursor: string | null | undefined, parse: (text: string) => K): K | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  try {
    return parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    throw new AppError('BAD_CURSOR', {}, { cause: error });
  }
}

/** A page from rows read with one row more than `size`, which tells that there is a next page. */
export function connectionOf<T>(rows: T[], size: number, keyOf: (row: T) => string): Connection<T> {
  const edges = rows
    .slice(0, size)
    .map((node) => ({ cursor: Buffer.from(keyOf(node)).toString('base64url'), node }));
  return { edges, pageInfo: { hasNextPage: rows.length > size, endCursor: edges.at(-1)?.cursor ?? null } };
}
