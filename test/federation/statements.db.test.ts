import { expect, test } from 'vitest';
import { data } from '../testkit/client.ts';
import { statementsOf } from '../testkit/sql-log.ts';

const DOCTORS = `query ($first: Int!, $after: String) {
  doctors(first: $first, after: $after) { edges { cursor node { id name hospital { id name city } } } }
}`;

/** Before a doctor who practises somewhere: those whom other tests have just made may not. */
async function placeBeforePractice(): Promise<string | null> {
  const { doctors } = await data(DOCTORS, { first: 100 });
  const { edges } = doctors as { edges: { cursor: string; node: { hospital: object | null } }[] };
  const at = edges.findIndex(({ node }) => node.hospital !== null);
  return edges[at - 1]?.cursor ?? null;
}

const rowsOf = (data: Record<string, unknown>) => (data.doctors as { edges: unknown[] }).edges.length;

test('five doctors with their hospitals take as many statements as one', async () => {
  const after = await placeBeforePractice();
  const one = await statementsOf(DOCTORS, { first: 1, after });
  const five = await statementsOf(DOCTORS, { first: 5, after });
  expect([rowsOf(one.data), rowsOf(five.data)]).toEqual([1, 5]);
  expect(Object.keys(one.statements).toSorted()).toEqual(['care', 'users']);
  for (const service of ['care', 'users']) {
    expect(five.statements[service]?.length, JSON.stringify(five.statements[service])).toBe(
      one.statements[service]?.length,
    );
  }
});

test('no value of a request stands in the log of its statements', async () => {
  const { statements } = await statementsOf(
    'query ($city: String) { hospitals(city: $city) { edges { cursor } } }',
    {
      city: '北京市',
    },
  );
  const all = Object.values(statements).flat();
  expect(all.length).toBeGreaterThan(0);
  expect(all.join('\n')).not.toMatch(/北京|'/);
});
