import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { isErrorCode } from '../../shared/errors/catalogue.ts';
import { usersSchema } from '../../subgraphs/users/schema.ts';
import { ask, data } from '../testkit/client.ts';
import { HOSTILE, textPlaces, withText } from './matrix/hostile.ts';
import { operationOf } from './matrix/operation.ts';
import { roots } from './matrix/roots.ts';
import { someone } from './matrix/world.ts';

const AT_ONCE = 12;
/** Codes of the framework, which are not in our catalogue. */
const OF_GRAPHQL = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** A few of them for each place, other ones for the next: every place and every text has its turn many times. */
const AT_A_PLACE = 6;

function textsFor(turn: number): [string, string][] {
  const all = Object.entries(HOSTILE);
  return Array.from({ length: AT_A_PLACE }, (_, index) => all[(turn + index) % all.length] ?? ['', '']);
}

test('whatever stands in a text, the answer is a clear error or a right one', async () => {
  const { schema } = await usersSchema();
  const caller = await someone('PATIENT');
  const calls: { name: string; query: string; variables: object }[] = [];
  for (const type of [schema.getQueryType(), schema.getMutationType()].filter((each) => isObjectType(each))) {
    for (const field of Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'))) {
      const root = roots[`${type.name}.${field.name}`];
      const values = { ...caller, ...root?.values?.(caller) };
      if (root === undefined || root.isLast || root.own.length === 0) continue;
      const { query, variables } = operationOf(type, field, values, true);
      for (const place of textPlaces(variables)) {
        for (const [what, text] of textsFor(calls.length)) {
          const name = `${field.name}(${place.join('.')}): ${what}`;
          calls.push({ name, query, variables: withText(variables, place, text) as object });
        }
      }
    }
  }
  const unclear: string[] = [];
  const work = async () => {
    for (let call = calls.pop(); call !== undefined; call = calls.pop()) {
      const { status, errors } = await ask(call.query, call.variables, { token: caller.token });
      const bad = errors.filter(({ extensions: { code } }) => {
        return code === 'INTERNAL' || !(isErrorCode(code) || OF_GRAPHQL.has(code));
      });
      if (status >= 500 || bad.length > 0) unclear.push(`${call.name}: ${status} ${JSON.stringify(bad)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(unclear).toEqual([]);
  // Nobody was logged out, nothing was dropped.
  expect(await data('{ myPatients { id } }', {}, { token: caller.token })).toMatchObject({
    myPatients: expect.arrayContaining([{ id: caller.patientId }]) as unknown,
  });
}, 120_000);
