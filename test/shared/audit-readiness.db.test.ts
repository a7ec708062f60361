import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { serveSubgraph } from '../../shared/subgraph/serve.ts';
import { loadStatsConfig } from '../../subgraphs/stats/config.ts';
import { database } from '../../subgraphs/stats/datasource.ts';
import { statsQuotas } from '../../subgraphs/stats/quotas.ts';
import { statsSchema } from '../../subgraphs/stats/schema.ts';
import { type OwnSchema, ownSchema } from '../testkit/own-schema.ts';
import { passOverAnEntry } from '../testkit/passed-over.ts';
import { environmentOf, until } from '../testkit/platform.ts';

let own: OwnSchema;
let service: Awaited<ReturnType<typeof serveSubgraph>>;
/** A database of Redis of its own: there stands the head of the chain of a subgraph of that name. */
let redis: Record<string, string>;

beforeAll(async () => {
  own = await ownSchema('stats');
  const url = (environmentOf(inject('platformDir')).REDIS_STATE_URL ?? '').replace(/\/0$/, '/2');
  redis = { REDIS_STATE_URL: url, REDIS_CACHE_URL: url };
  const config = loadStatsConfig({ ...own.env, ...redis, STATS_PORT: '0' });
  service = await serveSubgraph(config, {
    database,
    schema: statsSchema,
    quotas: statsQuotas,
    services: () => ({}),
  });
});
afterAll(async () => {
  await service.stop();
  await own.drop();
});
afterEach(() => void vi.restoreAllMocks());

async function readyz() {
  const response = await fetch(`http://127.0.0.1:${service.port}/readyz`);
  const { waiting } = (await response.json()) as { waiting: Record<string, string> };
  return { status: response.status, audit: waiting.audit };
}

test('a subgraph whose sealer has passed over an entry takes no requests after a minute, until it is queued anew', async () => {
  const schema = own.auditSchema.replace(/_audit$/, '');
  expect(await readyz()).toEqual({ status: 200 });
  const missed = await passOverAnEntry(schema, 2500);
  const real = performance.now.bind(performance);
  // Each second is a quarter of a minute for whoever measures how long something lasts.
  const begun = real();
  vi.spyOn(performance, 'now').mockImplementation(() => real() + (real() - begun) * 14);
  await until(async () => (await readyz()).status === 503, 30_000);
  expect((await readyz()).audit).toMatch(/^entry number 500 has not been chained for \d+ s$/);
  const { code, output } = await own.run(['rechain-audit'], redis);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(`  500 ${missed} `) });
  expect(output).toContain('stats: 1 queued for chaining');
  await until(async () => (await readyz()).status === 200, 30_000);
  expect((await own.run(['verify-audit'], redis)).output).toContain(' 0 problems');
});
