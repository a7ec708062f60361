import { type Client, createClient, type ExecutionResult } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LiveStranger } from '../testkit/live-stranger.ts';
import { until } from '../testkit/platform.ts';
import { type LoneRouter, startLoneRouter } from '../testkit/strangers.ts';

const RESUME_MS = 3000;
let live: LiveStranger;
let router: LoneRouter;

beforeAll(async () => {
  live = await LiveStranger.start();
  router = await startLoneRouter([live], { SUBSCRIPTION_RESUME_MS: String(RESUME_MS) });
});
afterAll(async () => {
  await router.stop();
  await live.down();
});
beforeEach(async () => {
  await live.down();
  live.reset();
  await live.up();
});

/** A client as applications have it: `graphql-ws` with its own retries, which come at once here. */
function connect(to: LoneRouter) {
  const closes: number[] = [];
  const client = createClient({
    url: `${to.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 100,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    on: { closed: (event) => closes.push((event as { code: number }).code) },
  });
  return { client, closes };
}

function subscribe(client: Client, query: string, variables: Record<string, unknown> = {}) {
  const events: ExecutionResult[] = [];
  const ends: unknown[] = [];
  client.subscribe(
    { query, variables },
    {
      next: (event) => void events.push(event as ExecutionResult),
      error: (error) => void ends.push(error),
      complete: () => void ends.push('complete'),
    },
  );
  return { events, ends };
}

function reader(query: string, variables: Record<string, unknown> = {}) {
  const { client, closes } = connect(router);
  return { ...subscribe(client, query, variables), closes, stop: () => client.dispose() };
}

const numbersOf = (events: ExecutionResult[]) =>
  events.map(({ data }) => (data as { counted: { n: number } }).counted.n);

describe('subscriptions of which more are new than may wait for a plan', () => {
  let narrow: LoneRouter;
  beforeAll(async () => {
    const env = { PLANNING_THREADS: '1', PLANNING_MAX_WAITING_PER_CALLER: '1' };
    narrow = await startLoneRouter([live], env);
  });
  afterAll(() => narrow.stop());

  test('close the socket with 1012 until all are planned, and none of them ends', async () => {
    live.counted = 1;
    const { client, closes } = connect(narrow);
    const readers = Array.from({ length: 8 }, (_, each) =>
      subscribe(client, `subscription S${each} { counted(afterN: 0) { n } }`),
    );
    await until(() => readers.every(({ events }) => events.length > 0), 20_000);
    // A reader that comes back begins anew: it gets again what it had.
    for (const { events, ends } of readers) {
      expect(new Set(numbersOf(events))).toEqual(new Set([1]));
      expect(ends).toEqual([]);
    }
    expect(new Set(closes)).toEqual(new Set([1012]));
    await client.dispose();
  });
});

describe('a subscription with a cursor', () => {
  test.each([
    ['counted(afterN: $after) { n }', '$after: Int!', (n: number) => ({ counted: { n } })],
    // Neither is the number selected, nor is the cursor a variable.
    [
      'c: counted(afterN: 2, tag: $tag) { label }',
      '$tag: String',
      (n: number) => ({ c: { label: `number ${n}` } }),
    ],
    ['...F', '$after: Int!', (n: number) => ({ counted: { resumeAfter: n } })],
  ])('goes on where its subgraph was lost: %s', async (selection, variables, dataOf) => {
    const fragment = 'fragment F on Subscription { counted(afterN: $after) { resumeAfter: n } }';
    const query = `subscription S(${variables}) { ${selection} } ${selection === '...F' ? fragment : ''}`;
    const { events, closes, ends, stop } = reader(query, { after: 2, tag: 'x' });
    live.counted = 4;
    await until(() => events.length === 2);
    for (const round of [1, 2, 3]) {
      await live.down();
      live.counted = 4 + round;
      await live.up();
      await until(() => events.length === 2 + round);
    }
    expect(events).toEqual([3, 4, 5, 6, 7].map((n) => ({ data: dataOf(n) })));
    expect(live.cursors).toEqual([2, 4, 5, 6]);
    expect({ closes, ends }).toEqual({ closes: [], ends: [] });
    await stop();
  });

  test('begins by the default of its argument, and delivers no event twice when it is lost before the first', async () => {
    const { events, stop } = reader('subscription { counted { n } }');
    await until(() => live.cursors.length === 1);
    await live.down();
    live.counted = 1;
    await live.up();
    await until(() => events.length === 1);
    live.counted = 2;
    await until(() => events.length === 2);
    expect(numbersOf(events)).toEqual([1, 2]);
    await stop();
  });

  test('gets an event again that failed for a reason that passes, instead of an error', async () => {
    const { events, ends, stop } = reader('subscription { counted { n always } }');
    live.counted = 1;
    await until(() => events.length === 1);
    live.failures = 2;
    live.counted = 3;
    await until(() => events.length === 3);
    expect(events.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
    expect(numbersOf(events)).toEqual([1, 2, 3]);
    expect(ends).toEqual([]);
    await stop();
  });

  test('whose subgraph stays away closes the socket with 1012, and goes on by itself later', async () => {
    const { events, closes, ends, stop } = reader('subscription { counted(afterN: 0) { n } }');
    live.counted = 1;
    await until(() => events.length === 1);
    await live.down();
    const lostAt = performance.now();
    await until(() => closes.length > 0, 30_000);
    expect(performance.now() - lostAt).toBeGreaterThan(RESUME_MS - 100);
    expect(closes[0]).toBe(1012);
    live.counted = 2;
    await live.up();
    // The client begins anew with the cursor that it began with: what comes twice then is its own doing.
    await until(() => events.length === 3, 30_000);
    expect(numbersOf(events)).toEqual([1, 1, 2]);
    expect(ends).toEqual([]);
    await stop();
  });
});

describe('a subscription without a cursor', () => {
  test('sends its reader away with 1012 at once when its subgraph is lost: what was missed is not known', async () => {
    const { events, closes, ends, stop } = reader('subscription { ticked }');
    await until(() => events.length === 1);
    await live.down();
    await until(() => closes.length > 0);
    expect(closes).toEqual([1012]);
    await live.up();
    await until(() => events.length === 2);
    expect(events).toEqual([{ data: { ticked: 1 } }, { data: { ticked: 2 } }]);
    expect(ends).toEqual([]);
    await stop();
  });

  test('that has not begun waits for its subgraph', async () => {
    await live.down();
    const { events, closes, stop } = reader('subscription { ticked }');
    await until(async () => (await fetch(`${router.url}/healthz`)).ok);
    await live.up();
    await until(() => events.length === 1);
    expect(closes).toEqual([]);
    await stop();
  });
});

describe('variables that do not fit', () => {
  test.each([
    ['subscription ($n: Int!) { counted(afterN: $n) { n } }', {}],
    ['subscription ($n: Int!) { counted(afterN: $n) { n } }', { n: null }],
    ['subscription ($n: Int!) { counted(afterN: $n) { n } }', { n: 'one' }],
    ['subscription ($n: Int!) { counted(afterN: $n) { n } }', { n: 2 ** 40 }],
    ['subscription ($n: Int = 3) { counted(afterN: $n) { n } }', { n: null }],
    ['subscription ($n: Int = 3) { counted { label(times: $n) } }', { n: null }],
    ['subscription ($x: Boolean = true) { counted { n @include(if: $x) label } }', { x: null }],
    ['subscription ($x: Boolean!) { counted @include(if: $x) { n } }', {}],
    ['subscription ($x: Boolean!) { counted @include(if: $x) { n } }', { x: true }],
    ['subscription { counted @skip(if: true) { n } }', {}],
    ['subscription ($x: Boolean!) { ... @include(if: $x) { counted { n } } }', { x: true }],
    ['subscription ($x: Boolean!) { ...F } fragment F on Subscription { counted @skip(if: $x) { n } }', {}],
    ['subscription S { counted { n } } subscription T($x: Boolean!) { ticked @include(if: $x) }', {}],
  ])('%s %o answers BAD_USER_INPUT', async (query, variables) => {
    const { ends } = reader(query, variables);
    await until(() => ends.length > 0);
    expect(ends[0]).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false } }]);
    expect(live.cursors).toEqual([]);
  });

  test('those of another operation of the document are not asked for', async () => {
    const { ends, events, stop } = reader(
      'subscription S { counted { n } } subscription T($n: Int!) { counted(afterN: $n) { ...F } } fragment F on Count { n }',
    );
    await until(() => ends.length > 0 || events.length > 0);
    expect(ends).toMatchObject([[{ extensions: { code: 'BAD_REQUEST' } }]]);
    await stop();
  });
});
