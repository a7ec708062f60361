import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import type { QuotaTable } from './quotas.ts';
import { windowSchema } from './window-counter.ts';

const shape = z.record(z.string(), z.record(z.string(), z.array(windowSchema).readonly()));

/** A variable `<NAME>_QUOTAS`: what differs from the subgraph's table, `{"Mutation.placeOrder": {"account": [[10, 60]]}}`. */
export const quotaOverrides = z
  .string()
  .default('{}')
  .transform((text, context): QuotaTable => {
    try {
      const given = shape.safeParse(JSON.parse(text));
      if (given.success) return given.data;
    } catch {
      // Said below.
    }
    context.addIssue('must be {"<Query|Mutation>.<field>": {"account": [[times, seconds]]}}');
    return z.NEVER;
  });

/** A subgraph's table with what its configuration changes. @throws AppError CONFIG_INVALID for what is not in the table */
export function withOverrides(table: QuotaTable, overrides: QuotaTable): QuotaTable {
  const unknown = Object.entries(overrides).flatMap(([field, quota]) =>
    Object.keys(quota)
      .filter((by) => !Object.hasOwn(table[field] ?? {}, by))
      .map((by) => `${field} ${by}`),
  );
  if (unknown.length > 0)
    throw new AppError('CONFIG_INVALID', { problems: `no such quota: ${unknown.join(', ')}` });
  const fields = Object.keys(table).map((field) => [field, { ...table[field], ...overrides[field] }]);
  return Object.fromEntries(fields) as QuotaTable;
}
