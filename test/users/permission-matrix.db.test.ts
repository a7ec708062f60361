import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  isUnionType,
} from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import type { BuiltSubgraph } from '../../shared/subgraph/schema.ts';
import { usersSchema } from '../../subgraphs/users/schema.ts';
import { ask, subscribe } from '../testkit/client.ts';
import { askSubgraph } from '../testkit/router-call.ts';
import { idOfEntity, reachOfRule } from './matrix/fields.ts';
import { callOf, operationOf } from './matrix/operation.ts';
import { type Outcome, outcomeOf } from './matrix/outcome.ts';
import { type MatrixRole, ROLES } from './matrix/roles.ts';
import { type Root, roots } from './matrix/roots.ts';
import { type Caller, makeWorld, someone, type Subject } from './matrix/world.ts';

const AT_ONCE = 12;
const WHOSE = ['own', 'foreign'] as const;

interface Cell {
  readonly name: string;
  readonly expected: Outcome;
  readonly run: () => Promise<Outcome>;
}

let built: BuiltSubgraph;
type World = Awaited<ReturnType<typeof makeWorld>>;

let world: World;
beforeAll(async () => {
  [built, world] = await Promise.all([usersSchema(), makeWorld()]);
});

const rootTypes = (schema: GraphQLSchema) =>
  [schema.getQueryType(), schema.getMutationType()].filter((type) => isObjectType(type));

/** `Type.field` of the roots that clients and other subgraphs can call. */
function rootFields(
  schema: GraphQLSchema,
): { name: string; type: GraphQLObjectType; field: GraphQLField<unknown, unknown> }[] {
  return rootTypes(schema).flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ name }) => !name.startsWith('_'))
      .map((field) => ({ name: `${type.name}.${field.name}`, type, field })),
  );
}

/** The cells that did not come out as they must, all of them. */
async function mistakes(cells: readonly Cell[]): Promise<string[]> {
  const wrong: string[] = [];
  const left = [...cells];
  const work = async () => {
    for (let cell = left.shift(); cell !== undefined; cell = left.shift()) {
      const outcome = await cell.run();
      if (outcome !== cell.expected) wrong.push(`${cell.name}: ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong.toSorted();
}

type Answer = Omit<Awaited<ReturnType<typeof askSubgraph>>, 'codes'>;
type Road = (query: string, variables: object, token: string | undefined) => Promise<Answer>;

const throughRouter: Road = (query, variables, token) => ask(query, variables, { token });
const straight: Road = (query, variables, token) => askSubgraph('users', token, query, variables);

function cellsOf(road: Road, { callers, stranger }: World): Cell[] {
  return rootFields(built.schema).flatMap(({ name, type, field }) => {
    const row = roots[name] as Root;
    return ROLES.filter((role) => !row.isLast || role === 'PATIENT' || role === 'NOBODY').flatMap((role) =>
      WHOSE.map((whose): Cell => ({
        name: `${name} by ${role}, ${whose}`,
        expected: row[whose].includes(role) ? 'PASSED' : 'DENIED',
        run: async () => {
          const caller = row.isLast ? await someone(role) : callerOf(callers, role);
          const subject: Subject = whose === 'own' ? caller : stranger;
          const { query, variables } = operationOf(type, field, { ...subject, ...row.values?.(subject) });
          return outcomeOf(await road(query, variables, caller.token), field.name);
        },
      })),
    );
  });
}

function callerOf(callers: World['callers'], role: MatrixRole): Caller {
  const caller = callers.get(role);
  if (!caller) throw new Error(`nobody is ${role}`);
  return caller;
}

test('every query and mutation stands in the matrix, and nothing that is not there', () => {
  expect(
    rootFields(built.schema)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(Object.keys(roots).toSorted());
});

test('through the router, each role comes as far as it may, with its own and with what is another’s', async () => {
  expect(await mistakes(cellsOf(throughRouter, world))).toEqual([]);
}, 120_000);

// In a world of its own: what the first one changed is changed.
test('straight at the subgraph it is the same', async () => {
  expect(await mistakes(cellsOf(straight, await makeWorld()))).toEqual([]);
}, 120_000);

const entityTypes = (schema: GraphQLSchema): readonly GraphQLObjectType[] => {
  const union = schema.getType('_Entity');
  return isUnionType(union) ? union.getTypes() : [];
};

test('every field of an entity, asked for by a reference, is read by whom its rule lets read it', async () => {
  const cells = entityTypes(built.schema).flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      ROLES.flatMap((role) =>
        WHOSE.map((whose): Cell => {
          const rule = built.permissions[`${type.name}.${field.name}`] ?? '';
          const reach = reachOfRule[rule];
          if (!reach)
            throw new Error(`${type.name}.${field.name}: nobody told the matrix of the rule ${rule}`);
          return {
            name: `${type.name}.${field.name} by ${role}, ${whose}`,
            expected: reach[whose].includes(role) ? 'PASSED' : 'DENIED',
            run: async () => {
              const caller = callerOf(world.callers, role);
              const subject: Subject = whose === 'own' ? caller : world.stranger;
              const id = subject[idOfEntity[type.name as keyof typeof idOfEntity]];
              const { text, declared, variables } = callOf(field, {});
              const query = `query (${['$of: [_Any!]!', ...declared].join(', ')}) {
                _entities(representations: $of) { ... on ${type.name} { ${text} } }
              }`;
              const { data, errors } = await straight(
                query,
                { ...variables, of: [{ __typename: type.name, id }] },
                caller.token,
              );
              const [entity] = (data?._entities ?? []) as (Record<string, unknown> | null)[];
              // A field that is null without an error is one that the caller may read, and that is empty.
              return outcomeOf({ data: { [field.name]: entity ? true : null }, errors }, field.name);
            },
          };
        }),
      ),
    ),
  );
  expect(await mistakes(cells)).toEqual([]);
}, 120_000);

test('what belongs to an entity cannot be asked for past it', () => {
  expect(
    entityTypes(built.schema)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(Object.keys(idOfEntity).toSorted());
});

test('every subscription tells each caller of its own alone, and nobody of anything', async () => {
  expect(Object.keys(built.schema.getSubscriptionType()?.getFields() ?? {})).toEqual(['reminderDue']);
  // New ones: of these nobody has seen to what is due yet.
  const [patient, doctor] = await Promise.all([someone('PATIENT'), someone('DOCTOR')]);
  const first = async (token: string | undefined) => {
    const reader = subscribe('subscription { reminderDue(afterSeq: 0) { id } }', {}, { token });
    const event = (await reader.next()) as {
      data?: { reminderDue: { id: string } | null } | null;
      errors?: { extensions: { code: string } }[];
    };
    await reader.close();
    return event.data?.reminderDue?.id ?? event.errors?.[0]?.extensions.code;
  };
  for (const { token, occurrenceId } of [patient, doctor]) expect(await first(token)).toBe(occurrenceId);
  expect(await first(undefined)).toBe('UNAUTHENTICATED');
});
