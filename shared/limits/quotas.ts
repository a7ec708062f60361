import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { defaultFieldResolver } from 'graphql';
import type { Actor } from '../context/actor.ts';
import { AppError } from '../errors/app-error.ts';
import type { Counters, Window, WindowCounter } from './window-counter.ts';

/**
 * How often an account may do one thing. `account` counts all that it does; any other key is a field of the input, and
 * counts what the account does for each value of it, such as a consultation.
 */
export type Quota = Readonly<Record<string, readonly Window[]>>;

/**
 * Fields of `Query` and `Mutation`, as `Mutation.sendChatMessage`, with their quotas. `Mutation.*` counts all the
 * mutations together that have none of their own.
 */
export type QuotaTable = Readonly<Record<string, Quota>>;

const ALL_OTHERS = 'Mutation.*';

interface Counting {
  readonly by: string;
  readonly counter: WindowCounter;
}

/** Counts the expensive things that accounts do, each field of an operation as one, whatever its alias. */
export class Quotas {
  readonly #countings: ReadonlyMap<string, readonly Counting[]>;

  /** @param name of the subgraph */
  constructor(counters: Counters, name: string, table: QuotaTable) {
    this.#countings = new Map(
      Object.entries(table).map(([field, quota]) => [
        field,
        Object.entries(quota).flatMap(([by, windows]) =>
          windows.map((window) => ({
            by,
            counter: counters.window(`yey:quota:${name}:${field}:${by}:${window[1]}`, window),
          })),
        ),
      ]),
    );
  }

  /**
   * Counts one call of a field by whoever is logged in; other subgraphs are not counted, and strangers are by the
   * router alone.
   * @throws AppError QUOTA_EXCEEDED with the seconds until the next one is let through
   */
  async take(field: string, actor: Actor, args: Record<string, unknown>): Promise<void> {
    const countings = this.#countings.get(field);
    if (countings === undefined || actor.kind !== 'account') return;
    const standings = await Promise.all(
      countings.map(({ by, counter }) => counter.consume(keyOf(by, actor.accountId, args))),
    );
    const over = standings.filter(({ isOver }) => isOver);
    if (over.length === 0) return;
    const last = over.reduce((longest, each) => (each.resetMs > longest.resetMs ? each : longest));
    const { limit, windowS, resetMs } = last;
    const what = field === ALL_OTHERS ? 'changes' : field.slice(field.indexOf('.') + 1);
    throw new AppError('QUOTA_EXCEEDED', {
      what,
      limit,
      window: windowS,
      seconds: Math.ceil(resetMs / 1000),
    });
  }
}

interface WithQuotas {
  readonly actor: Actor;
  readonly quotas: Quotas;
}

/**
 * Puts the fields of a schema under their quotas, which are counted once the rules of the field let the caller through.
 * @throws Error when the table names a field that is not there
 */
export function underQuotas(schema: GraphQLSchema, table: QuotaTable): void {
  for (const field of Object.keys(table)) {
    if (field !== ALL_OTHERS && fieldOf(schema, field) === undefined)
      throw new Error(`${field} is not in the schema`);
  }
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {}).map(
    (name) => `Mutation.${name}`,
  );
  const named = Object.keys(table).filter((field) => field !== ALL_OTHERS);
  for (const field of new Set([...named, ...(ALL_OTHERS in table ? mutations : [])])) {
    const definition = fieldOf(schema, field);
    if (definition === undefined) continue;
    const quota = named.includes(field) ? field : ALL_OTHERS;
    const resolve: GraphQLFieldResolver<unknown, WithQuotas> = definition.resolve ?? defaultFieldResolver;
    definition.resolve = async (parent, args: Record<string, unknown>, context: WithQuotas, info) => {
      await context.quotas.take(quota, context.actor, args);
      return resolve(parent, args, context, info);
    };
  }
}

function fieldOf(schema: GraphQLSchema, path: string) {
  const [type, name = ''] = path.split('.');
  const root = type === 'Query' ? schema.getQueryType() : schema.getMutationType();
  return type === 'Query' || type === 'Mutation' ? root?.getFields()[name] : undefined;
}

function keyOf(by: string, accountId: string, { input }: Record<string, unknown>): string {
  if (by === 'account') return accountId;
  const value = typeof input === 'object' && input !== null ? Reflect.get(input, by) : undefined;
  return `${accountId}:${typeof value === 'string' ? value : ''}`;
}
