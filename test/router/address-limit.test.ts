import { expect, test } from 'vitest';
import { rateLimitVariables } from '../../router/rate-limit-config.ts';
import { RateLimits } from '../../router/rate-limits.ts';
import { routerContext } from '../../router/request.ts';
import { unknownClient } from '../../shared/context/client-info.ts';
import { Counters } from '../../shared/limits/window-counter.ts';

const LIMIT = 12_000;

/** As the router has it that nobody configures, in memory. */
const usual = () =>
  new RateLimits(new Counters(undefined), rateLimitVariables.RATE_LIMITS.parse(undefined), undefined);
const from = (ip: string) => routerContext({ client: { ...unknownClient, ip } });

/** Floods from these addresses in turn. @returns how many requests passed */
async function flood(limits: RateLimits, count: number, addressOf: (at: number) => string): Promise<number> {
  const ends = await Promise.allSettled(
    Array.from({ length: count }, (_, at) => limits.request(from(addressOf(at)))),
  );
  return ends.filter(({ status }) => status === 'fulfilled').length;
}

test('an address that floods is refused after 12,000 requests a minute, and others go on', async () => {
  const limits = usual();
  expect(await flood(limits, LIMIT + 500, () => '203.0.113.7')).toBe(LIMIT);
  await expect(limits.request(from('203.0.113.7'))).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    params: { policy: 'address', limit: LIMIT, window: 60 },
  });
  await limits.request(from('203.0.113.8'));
});

test('all addresses of one /64 of IPv6 have 12,000 requests together', async () => {
  const limits = usual();
  const passed = await flood(limits, LIMIT + 500, (at) => `2001:db8:0:1::${at.toString(16)}`);
  expect(passed).toBe(LIMIT);
  await limits.request(from('2001:db8:0:2::1'));
});

test('an address has 6,000 attempts to open a socket a minute', async () => {
  const limits = usual();
  const ends = await Promise.allSettled(Array.from({ length: 6100 }, () => limits.socket('203.0.113.7')));
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(6000);
});
