import { inject } from 'vitest';
import { inRequest } from '../../shared/context/request-context.ts';
import { ServiceClient } from '../../shared/service/service-client.ts';
import { type ServiceKeys, signServiceToken } from '../../shared/service/service-token.ts';
import { environmentOf } from './platform.ts';
import { instanceAt } from './router-call.ts';

/** The token of one call of a subgraph to another, as its client signs it for the process at the address. */
export async function serviceToken(
  from: string,
  to: string,
  body: string,
  {
    onBehalfOf,
    url,
    keys = serviceKeysOfPlatform(),
  }: { onBehalfOf?: string; url?: string; keys?: ServiceKeys } = {},
): Promise<string> {
  const place = url ?? environmentOf(inject('platformDir'))[`${to.toUpperCase()}_URL`] ?? '';
  return signServiceToken(keys, from, to, onBehalfOf, { instance: await instanceAt(place), body });
}

/** The keys of all pairs of subgraphs of the common platform. */
export function serviceKeysOfPlatform(): ServiceKeys {
  return JSON.parse(environmentOf(inject('platformDir')).SERVICE_KEYS ?? '{}') as ServiceKeys;
}

/** Asks one subgraph as another one does. */
export async function askAs(
  from: string,
  to: string,
  query: string,
  variables: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const env = environmentOf(inject('platformDir'));
  const client = new ServiceClient(serviceKeysOfPlatform(), from, to, env[`${to.toUpperCase()}_URL`] ?? '');
  const request = {
    requestId: 'between-subgraphs',
    traceparent: '',
    locale: 'en',
    actorId: `service:${from}`,
    needsLatest: false,
  };
  return inRequest(request, () => client.ask(query, variables));
}
