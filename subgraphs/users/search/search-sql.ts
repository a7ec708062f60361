/** A piece of SQL with the values of its question marks. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A condition of a search, in the forms that a page may need it in. */
export interface Condition {
  /** As it is asked of the row `t`. */
  readonly test: Sql;
  /** A SELECT of the column `id` of all rows that meet it, along an index; undefined where there is none. */
  readonly ids?: Sql;
  /** So few meet it, whatever it says, that the search begins with it unasked. */
  readonly isExact?: boolean;
  /** Under what its number of rows is remembered for a while; undefined for one that is another each time. */
  readonly key?: string;
}

export type Direction = 'ASC' | 'DESC';

/** The order of a list, in which the identifier parts what is equal. */
export interface Order {
  readonly column: string;
  readonly isNullable: boolean;
  readonly direction: Direction;
  /** An index of table `t` that has the order, after what `within` says. */
  readonly index: string;
  /** Conditions that the index takes in: an equality before the order, and a range of it. */
  readonly within: readonly Sql[];
}

/** The place in a list after which a page begins. */
export interface Place {
  readonly value: Date | string | null;
  readonly id: string;
}

export const sqlOf = (sql: string, ...values: unknown[]): Sql => ({ sql, values });

export function joined(parts: readonly Sql[], separator: string): Sql {
  return {
    sql: parts.map((part) => part.sql).join(separator),
    values: parts.flatMap((part) => part.values),
  };
}

/** `LIKE` for what begins with a text, whatever signs stand in it. */
export function beginningWith(text: string): string {
  return `${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** What comes after a place. A value that is not there comes before all others, as both engines sort it. */
export function behind({ column, isNullable, direction }: Order, { value, id }: Place): Sql {
  const sort = `t.${column}`;
  const beyond = direction === 'ASC' ? '>' : '<';
  if (value === null) {
    const others = direction === 'ASC' ? ` OR ${sort} IS NOT NULL` : '';
    return sqlOf(`((${sort} IS NULL AND t.id ${beyond} ?)${others})`, id);
  }
  const smallest = isNullable && direction === 'DESC' ? ` OR ${sort} IS NULL` : '';
  return sqlOf(
    // Written so that each part is a range of the index.
    `(${sort} ${beyond} ? OR (${sort} = ? AND t.id ${beyond} ?)${smallest})`,
    value,
    value,
    id,
  );
}

/**
 * A page of a search, as one SELECT.
 * @param begin the condition whose rows are gone through; none of them: the index of the order is
 */
export function pageOf(
  { table, columns }: { readonly table: string; readonly columns: string },
  order: Order,
  conditions: readonly Condition[],
  begin: Condition | undefined,
  after: Place | undefined,
  limit: number,
): Sql {
  const { column, direction, index, within } = order;
  const tests = [
    ...within,
    ...(after ? [behind(order, after)] : []),
    ...conditions.filter((each) => each !== begin).map(({ test }) => test),
  ];
  const from = begin?.ids
    ? // Neither engine is left to begin elsewhere.
      {
        ...begin.ids,
        sql: `(SELECT DISTINCT id FROM (${begin.ids.sql}) AS found) AS d STRAIGHT_JOIN ${table} t ON t.id = d.id`,
      }
    : sqlOf(`${table} t FORCE INDEX (${index})`);
  const where = joined(tests, ' AND ');
  return joined(
    [
      sqlOf(`SELECT ${columns} FROM`),
      from,
      ...(tests.length > 0 ? [sqlOf('WHERE'), where] : []),
      sqlOf(`ORDER BY t.${column} ${direction}, t.id ${direction} LIMIT ?`, limit),
    ],
    ' ',
  );
}
