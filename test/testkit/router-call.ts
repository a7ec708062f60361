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

interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null | undefined;
  /** Code of each error. */
  readonly codes: string[];
  readonly errors: { readonly path?: (string | number)[]; readonly extensions: { readonly code: string } }[];
}

/** One operation straight at a subgraph, signed as the router does, with whatever token. */
export async function askSubgraph(
  subgraph: string,
  token: string | undefined,
  query: string,
  variables: object = {},
): Promise<SubgraphAnswer> {
  const authorization = token === undefined ? '' : `Bearer ${token}`;
  const env = environmentOf(inject('platformDir'));
  const prefix = subgraph.toUpperCase();
  const parts = {
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query, variables }),
    authorization,
    requestId: 'a-call-in-the-middle',
    traceparent: '',
    locale: 'en',
    timestamp: Date.now(),
  };
  const response = await fetch(env[`${prefix}_URL`] ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization !== '' && { authorization }),
      'x-request-id': parts.requestId,
      'accept-language': parts.locale,
      'x-yey-timestamp': String(parts.timestamp),
      'x-yey-signature': signCall(env[`${prefix}_ROUTER_SECRET`] ?? '', parts),
    },
    body: parts.body,
  });
  const { data, errors = [] } = (await response.json()) as Partial<SubgraphAnswer>;
  return { data, errors, codes: errors.map(({ extensions }) => extensions.code) };
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
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ${selection} } }`;
  const { data, codes } = await askSubgraph(subgraph, token, query, { of: representations });
  return { entities: (data?._entities ?? []) as EntitiesAnswer['entities'], codes };
}
