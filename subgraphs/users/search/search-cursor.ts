import { z } from 'zod';
import { parseId } from '../../../shared/ids/ids.ts';
import { cursorOf } from '../../../shared/pagination/connection.ts';
import type { Direction, Place } from './search-sql.ts';

/** What a list is sorted by, of which its cursors are. */
export interface Sorting {
  readonly field: string;
  readonly direction: Direction;
}

const key = z.tuple([z.string(), z.string(), z.string().nullable(), z.string()]);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The key of a row in a list; the list makes it opaque. */
export function keyIn({ field, direction }: Sorting, { value, id }: Place): string {
  return JSON.stringify([field, direction, value instanceof Date ? value.toISOString() : value, id]);
}

/**
 * The place of a cursor of a list that is sorted like this.
 * @param type of the identifiers. @throws AppError BAD_CURSOR, also for the cursor of a list of another order
 */
export function placeOf(
  cursor: string | null | undefined,
  { field, direction }: Sorting,
  type: string,
): Place | undefined {
  return cursorOf(cursor, (text) => {
    const [theirField, theirDirection, value, id] = key.parse(JSON.parse(text));
    if (theirField !== field || theirDirection !== direction) throw new Error('of another order');
    return { value: valueOf(value), id: parseId(type, id) };
  });
}

function valueOf(text: string | null): Date | string | null {
  if (text === null || DAY.test(text)) return text;
  const instant = new Date(INSTANT.test(text) ? text : NaN);
  if (Number.isNaN(instant.getTime())) throw new Error('not a time');
  return instant;
}
