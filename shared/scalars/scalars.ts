import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** With the offset from UTC: without it the clock of the machine would decide. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

const isDay = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

const toInstant = (value: unknown): Date => {
  const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  const text = day !== undefined && isDay(day) ? String(value) : '';
  const date = value instanceof Date ? value : new Date(text);
  if (Number.isNaN(date.getTime())) throw new GraphQLError('not a date and time in ISO 8601 with its offset');
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
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text)) return text;
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
