import { inject } from 'vitest';
import { signCall } from '../../shared/signing/signing.ts';
import { environmentOf } from './platform.ts';

interface Entity {
  readonly __typename: string;
  readonly id: string;
}

interface EntitiesAnswer {
  readonly entities: (Record<string, unknown> | null)[];
  /** Code of each error. */
  readonly codes: string[];
}

/**
 * Asks a subgraph for entities as the router does in the middle of a plan, so past every rule on a query.
 * @param selection of one type, such as `... on Patient { name }`
 */
export async function entities(
  subgraph: string,
  token: string | undefined,
  representations: Entity[],
  selection: string,
): Promise<EntitiesAnswer> {
  const env = environmentOf(inject('platformDir'));
  const prefix = subgraph.toUpperCase();
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ${selection} } }`;
  const parts = {
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query, variables: { of: representations } }),
    authorization: token === undefined ? '' : `Bearer ${token}`,
    requestId: 'a-call-in-the-middle',
    traceparent: '',
    locale: 'en',
    timestamp: Date.now(),
  };
  const response = await fetch(env[`${prefix}_URL`] ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: parts.authorization }),
      'x-request-id': parts.requestId,
      'accept-language': parts.locale,
      'x-yey-timestamp': String(parts.timestamp),
      'x-yey-signature': signCall(env[`${prefix}_ROUTER_SECRET`] ?? '', parts),
    },
    body: parts.body,
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: { _entities: EntitiesAnswer['entities'] } | null;
    errors?: { extensions: { code: string } }[];
  };
  return { entities: data?._entities ?? [], codes: errors.map((each) => each.extensions.code) };
}
