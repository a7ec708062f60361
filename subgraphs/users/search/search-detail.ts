import type { Sorting } from './search-cursor.ts';

/** What the audit keeps of a search: which conditions there were, and how much was shown. */
export function searchDetail(filter: object, { field, direction }: Sorting, shown: number) {
  const used = Object.entries(filter).filter(([, value]) => value !== null && value !== undefined);
  const filters = used
    .map(([name]) => name)
    .toSorted()
    .join(' ');
  return { filters, sort: `${field} ${direction}`, shown };
}
