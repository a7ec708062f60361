import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAllowedOrigin } from '../../router/origins.ts';
import { type LoneRouter, startLoneRouter, Stranger } from '../testkit/strangers.ts';

let stranger: Stranger;
let router: LoneRouter;
beforeAll(async () => {
  stranger = await Stranger.start('steady');
  router = await startLoneRouter([stranger], { YEY_MODE: 'production' });
});
afterAll(async () => {
  await router.stop();
  await stranger.down();
});

async function post(origin: string) {
  const response = await fetch(`${router.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: '{"query":"{ steady }"}',
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}

test('in production the own page is that on HTTPS alone', async () => {
  expect(await post(router.url.replace('http:', 'https:'))).toBeUndefined();
  expect(await post(router.url)).toBe('ORIGIN_REFUSED');
  expect(await post('https://elsewhere.example')).toBe('ORIGIN_REFUSED');
});

test.each([
  ['https://api.example', [], false, true],
  ['http://api.example', [], false, false],
  // An operator may serve a network of their own without TLS.
  ['http://api.example', ['http://api.example'], false, true],
  ['http://api.example', [], true, true],
])('a page at %s, with %j listed, in development %s: %s', (origin, listed, allowsLoopback, isAllowed) => {
  const caller = { headers: { origin, host: 'api.example' } };
  expect(isAllowedOrigin(caller, { listed, allowsLoopback })).toBe(isAllowed);
});
