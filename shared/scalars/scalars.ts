import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const toInstant = (value: unknown): Date => {
  const date = value instanceof Date ? value : new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new GraphQLError('not a date and time in ISO 8601');
  return date;
};

/** An instant, UTC with milliseconds, such as `2026-11-24T01:30:00.000Z`. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant in UTC, ISO 8601 with milliseconds. 时间（UTC）',
  serialize: (value) => toInstant(value).toISOString(),
  parseValue: toInstant,
  parseLiteral: (node) => toInstant(node.kind === Kind.STRING ? node.value : undefined),
});

const toDay = (value: unknown): string => {
  const text = typeof value === 'string' ? value : '';
  const date = new Date(`${text}T00:00:00.000Z`);
  if (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text)
  ) {
    return text;
  }
  throw new GraphQLError('not a day in ISO 8601, such as 2026-11-24');
};

/** A calendar day, `2026-11-24`; business days are those of Asia/Shanghai. */
export const CalendarDate = new GraphQLScalarType<string, string>({
  name: 'Date',
  description: 'A calendar day, `2026-11-24`; business days are those of Asia/Shanghai. 日期',
  serialize: toDay,
  parseValue: toDay,
  parseLiteral: (node) => toDay(node.kind === Kind.STRING ? node.value : undefined),
});
