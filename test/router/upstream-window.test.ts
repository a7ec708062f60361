import { GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { routerContext } from '../../router/request.ts';
import { Upstreams } from '../../router/upstream.ts';
import { Readiness } from '../../shared/readiness/readiness.ts';
import { CallGuard } from '../../shared/signing/call-guard.ts';
import { startServer } from '../../shared/subgraph/server.ts';
import { until } from '../testkit/platform.ts';

const SECRET = '5a'.repeat(32);
const WINDOW = 32;
let subgraph: Awaited<ReturnType<typeof startServer>>;
let upstreams: Upstreams;
/** By the number that the subscription names: how many events it has made, and whether it still runs. */
const made = new Map<number, { count: number; isOver: boolean }>();

/** Counts as fast as somebody takes its numbers. */
async function* counting(id: number) {
  const state = { count: 0, isOver: false };
  made.set(id, state);
  try {
    for (;;) yield { count: (state.count += 1) };
  } finally {
    state.isOver = true;
  }
}

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { one: { type: GraphQLInt } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      count: {
        type: GraphQLInt,
        args: { id: { type: GraphQLInt } },
        subscribe: (_root, { id }: { id: number }) => counting(id),
      },
    },
  }),
});

beforeAll(async () => {
  subgraph = await startServer({
    schema,
    trust: { routerSecret: SECRET, serviceKeys: {}, name: 'counter', guard: new CallGuard() },
    port: 0,
    isDevelopment: true,
    contextFor: async () => ({}),
    readiness: new Readiness(),
  });
});
afterAll(() => subgraph.close());
beforeEach(() => {
  const url = `http://127.0.0.1:${subgraph.port}/graphql`;
  upstreams = new Upstreams(new Map([['counter', { url, secret: SECRET, deadlineMs: 1000 }]]));
});
afterEach(() => upstreams.close());

function follow(id: number) {
  const ending = new AbortController();
  const operation = { query: `subscription { count(id: ${id}) }`, variables: {}, operationName: undefined };
  const events = upstreams.subscribe('counter', operation, routerContext({}), ending.signal);
  const take = async (count: number) => {
    const taken: unknown[] = [];
    for (let each = 0; each < count; each += 1) taken.push((await events.next()).value);
    return taken;
  };
  return { take, end: () => ending.abort() };
}

describe('a subgraph and the router, over their one socket', () => {
  test('have no more events under way than their window, while others go on at full speed', async () => {
    const slow = follow(1);
    const fast = follow(2);
    expect(await slow.take(3)).toEqual([1, 2, 3].map((count) => ({ data: { count } })));
    const taken = await fast.take(1000);
    expect(taken.at(-1)).toEqual({ data: { count: 1000 } });
    expect(made.get(1)?.count).toBeGreaterThanOrEqual(WINDOW);
    expect(made.get(1)?.count).toBeLessThanOrEqual(3 + WINDOW);
    slow.end();
    fast.end();
  });

  test('lose none of them, however slowly they are taken', async () => {
    const slow = follow(3);
    for (let round = 0; round < 10; round += 1) {
      const expected = Array.from({ length: 20 }, (_, each) => ({ data: { count: round * 20 + each + 1 } }));
      expect(await slow.take(20)).toEqual(expected);
    }
    slow.end();
  });

  test('leave nothing behind of who leaves while the window is used up', async () => {
    const slow = follow(4);
    await slow.take(1);
    await until(() => (made.get(4)?.count ?? 0) >= WINDOW);
    slow.end();
    await until(() => made.get(4)?.isOver === true);
  });
});
