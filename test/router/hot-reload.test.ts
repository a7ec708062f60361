import { writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { until } from '../testkit/platform.ts';
import { startRouterOn, Stranger } from '../testkit/strangers.ts';

function compose(stranger: Stranger, fields: string): string {
  const typeDefs = parse(`type Query { ${stranger.name}: String ${fields} }`);
  const { supergraphSdl, errors } = composeServices([{ name: stranger.name, url: stranger.url, typeDefs }]);
  if (!supergraphSdl) throw new Error(JSON.stringify(errors));
  return supergraphSdl;
}

async function ask(url: string, query: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: object; errors?: { extensions: { code: string } }[] };
}

test('another supergraph takes the place of the first, with its plans, and one that is broken does not', async () => {
  const stranger = await Stranger.start('weather');
  const router = await startRouterOn(compose(stranger, ''));
  const answer = { data: { weather: 'weather answers' } };
  expect(await ask(router.url, '{ weather }')).toEqual(answer);
  const early = await ask(router.url, '{ weather climate }');
  expect(early.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');

  let failures = 0;
  const replaced = compose(stranger, 'climate: String');
  writeFileSync(router.supergraphFile, replaced);
  await until(async () => {
    // Whoever asks meanwhile is answered, by the one or the other.
    if ((await ask(router.url, '{ weather }')).errors) failures += 1;
    return (
      (await ask(router.url, '{ __typename climate }')).errors?.[0]?.extensions.code !==
      'GRAPHQL_VALIDATION_FAILED'
    );
  }, 60_000);
  expect(failures).toBe(0);
  expect(await ask(router.url, '{ weather }')).toEqual(answer);

  writeFileSync(router.supergraphFile, 'type Query { broken: ');
  await until(() => router.log().includes('the new supergraph is refused'), 60_000);
  expect(await ask(router.url, '{ weather }')).toEqual(answer);
  expect((await ask(router.url, '{ __typename climate }')).errors?.[0]?.extensions.code).not.toBe(
    'GRAPHQL_VALIDATION_FAILED',
  );
  await router.stop();
  await stranger.down();
}, 120_000);
