import { type GraphQLObjectType, isObjectType } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import type { BuiltSubgraph } from '../../shared/subgraph/schema.ts';
import { usersSchema } from '../../subgraphs/users/schema.ts';
import { ask } from '../testkit/client.ts';
import { askSubgraph } from '../testkit/router-call.ts';
import { expanded } from './matrix/expansion.ts';
import { ONLY_ANSWERED } from './matrix/fields.ts';
import { roots } from './matrix/roots.ts';
import { makeWorld } from './matrix/world.ts';

/** What a range asks for, wherever a field wants one; none of it is an identifier. */
const RANGE = { from: '2026-01-01T00:00:00.000Z', to: '2026-12-31T00:00:00.000Z' };

let built: BuiltSubgraph;
let query: GraphQLObjectType;
let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  [built, world] = await Promise.all([usersSchema(), makeWorld()]);
  query = built.schema.getQueryType() as GraphQLObjectType;
});

/** Every query with all that can be asked below it, by the first role that it is for. */
function journeys() {
  return Object.values(query.getFields()).flatMap((field) => {
    const root = roots[`Query.${field.name}`];
    const role = root?.own.find((each) => each !== 'NOBODY');
    const caller = role && world.callers.get(role);
    if (!root || !caller) return [];
    const whole = expanded(query, field, { ...RANGE, ...caller, ...root.values?.(caller) });
    if (!whole) return [];
    const head = whole.declared.size === 0 ? '' : ` (${[...whole.declared].join(', ')})`;
    return [{ ...whole, name: field.name, token: caller.token, text: `query${head} { ${whole.text} }` }];
  });
}

test.each(['through the router', 'straight at the subgraph'])(
  '%s, whoever may ask for something reads all that is below it',
  async (road) => {
    const refused: string[] = [];
    for (const { name, text, variables, token } of journeys()) {
      const { errors } =
        road === 'through the router'
          ? await ask(text, variables, { token })
          : await askSubgraph('users', token, text, variables);
      for (const { path, extensions, ...more } of errors) {
        refused.push(`${name}: ${extensions.code} at ${JSON.stringify(path)} ${JSON.stringify(more)}`);
      }
    }
    expect(refused).toEqual([]);
  },
);

test('nothing that can be read is left out: each field stands below a query, or in an answer alone', () => {
  const asked = new Set(journeys().flatMap((each) => [...each.asked]));
  const left = Object.values(built.schema.getTypeMap())
    .filter((type) => isObjectType(type) && !/^(_|Query$|Mutation$|Subscription$)/.test(type.name))
    .flatMap((type) =>
      Object.keys((type as GraphQLObjectType).getFields())
        .map((field) => `${type.name}.${field}`)
        .filter((name) => !asked.has(name)),
    )
    .map((name) => name.slice(0, name.indexOf('.')));
  expect([...new Set(left)].toSorted()).toEqual(Object.keys(ONLY_ANSWERED).toSorted());
});
