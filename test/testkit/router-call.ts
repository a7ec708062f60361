import { inject } from 'vitest';
import { INSTANCE_HEADER, newNonce } from '../../shared/signing/call-guard.ts';
import { NONCE_HEADER, signCall, TARGET_HEADER } from '../../shared/signing/signing.ts';
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

/** What of a call the tests say; the rest is as the router has it. */
export interface SignedCall {
  readonly url: string;
  readonly secret: string;
  readonly method?: 'GET' | 'POST';
  readonly token?: string | undefined;
  readonly body?: string;
  readonly timestamp?: number;
  /** The process that the call is for; the one that answers at the address by default, nobody when it is empty. */
  readonly target?: string;
}

/** The name of the process that answers at an address. */
export async function instanceAt(url: string): Promise<string> {
  const answer = await fetch(new URL('/healthz', url));
  await answer.body?.cancel();
  return answer.headers.get(INSTANCE_HEADER) ?? '';
}

/** A call that is signed as the router does, ready to be sent, also more than once. */
export async function signedRequest(call: SignedCall): Promise<Request> {
  const { url, secret, method = 'POST', token, body = '', timestamp = Date.now() } = call;
  const target = call.target ?? (await instanceAt(url));
  const { pathname, search } = new URL(url);
  const single = target === '' ? {} : { target, nonce: newNonce() };
  const parts = {
    method,
    path: pathname + search,
    body,
    authorization: token === undefined ? '' : `Bearer ${token}`,
    requestId: 'a-call-in-the-middle',
    traceparent: '',
    locale: 'en',
    timestamp,
    ...single,
  };
  return new Request(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(parts.authorization !== '' && { authorization: parts.authorization }),
      'x-request-id': parts.requestId,
      'accept-language': parts.locale,
      'x-yey-timestamp': String(parts.timestamp),
      'x-yey-signature': signCall(secret, parts),
      ...(single.target && { [TARGET_HEADER]: single.target, [NONCE_HEADER]: single.nonce }),
    },
    ...(method === 'POST' && { body }),
  });
}

/** Where a subgraph of the common platform is, and with what the router signs its calls. */
export function placeOf(subgraph: string): { url: string; secret: string } {
  const env = environmentOf(inject('platformDir'));
  const prefix = subgraph.toUpperCase();
  return { url: env[`${prefix}_URL`] ?? '', secret: env[`${prefix}_ROUTER_SECRET`] ?? '' };
}

/** One operation straight at a subgraph, signed as the router does, with whatever token. */
export async function askSubgraph(
  subgraph: string,
  token: string | undefined,
  query: string,
  variables: object = {},
): Promise<SubgraphAnswer> {
  const body = JSON.stringify({ query, variables });
  const response = await fetch(await signedRequest({ ...placeOf(subgraph), token, body }));
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
