import type { Standing } from '../shared/limits/window-counter.ts';

/**
 * `RateLimit`, `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10) and, for whoever is over a limit,
 * `Retry-After` in seconds.
 * @param standings by the name of the policy; those of costs are counted in points, of which the draft knows no unit
 */
export function rateLimitHeaders(standings: ReadonlyMap<string, Standing>): Record<string, string> {
  if (standings.size === 0) return {};
  const all = Array.from(standings);
  const waits = all.filter(([, { isOver }]) => isOver).map(([, standing]) => secondsOf(standing));
  return {
    'ratelimit-policy': all
      .map(([name, { limit, windowS }]) => `"${name}";q=${limit};w=${windowS}`)
      .join(', '),
    ratelimit: all
      .map(([name, standing]) => `"${name}";r=${standing.remaining};t=${secondsOf(standing)}`)
      .join(', '),
    ...(waits.length > 0 && { 'retry-after': String(Math.max(...waits)) }),
  };
}

function secondsOf({ resetMs }: Standing): number {
  return Math.ceil(resetMs / 1000);
}
