import { inject } from 'vitest';
import { inRequest } from '../../shared/context/request-context.ts';
import { ServiceClient } from '../../shared/service/service-client.ts';
import type { ServiceKeys } from '../../shared/service/service-token.ts';
import { environmentOf } from './platform.ts';

/** Asks one subgraph as another one does. */
export async function askAs(
  from: string,
  to: string,
  query: string,
  variables: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const env = environmentOf(inject('platformDir'));
  const keys = JSON.parse(env.SERVICE_KEYS ?? '{}') as ServiceKeys;
  const client = new ServiceClient(keys, from, to, env[`${to.toUpperCase()}_URL`] ?? '');
  const request = {
    requestId: 'between-subgraphs',
    traceparent: '',
    locale: 'en',
    actorId: `service:${from}`,
    needsLatest: false,
  };
  return inRequest(request, () => client.ask(query, variables));
}
