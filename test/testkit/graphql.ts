import { randomInt } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface GraphqlAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: ShapedError[];
}

interface ShapedError {
  readonly message: string;
  readonly path?: (string | number)[];
  readonly extensions: {
    code: string;
    params: Record<string, unknown>;
    requestId: string;
    retryable: boolean;
  };
}

export interface Caller {
  /** Address of the router. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** An address of a client that nobody else has. */
export const someAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;

/** One operation through the router, as a client sends it. */
export async function send(query: string, variables: object, caller: Caller): Promise<GraphqlAnswer> {
  const response = await fetch(`${caller.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      // Limits by address must not make strangers of one test those of another.
      'x-forwarded-for': someAddress(),
      ...(caller.token && { authorization: `Bearer ${caller.token}` }),
      ...caller.headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data?: Record<string, unknown>; errors?: ShapedError[] };
  return {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? '',
    data: body.data,
    errors: body.errors ?? [],
  };
}

/** A subscriber on a socket of its own; `next` waits for the next event. */
export function listen(query: string, variables: Record<string, unknown>, caller: Caller) {
  const client = createClient({
    url: `${caller.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: {
      ...caller.headers,
      ...(caller.token && { authorization: `Bearer ${caller.token}` }),
    },
  });
  const events = client.iterate({ query, variables });
  // Pulled from the first moment: an end that comes while nobody pulls would never be told.
  const pull = () => {
    const pulled = events.next();
    pulled.catch(() => undefined);
    return pulled;
  };
  let ahead = pull();
  return {
    next: async () => {
      const { value } = await ahead;
      ahead = pull();
      return value;
    },
    close: async () => {
      await client.dispose();
    },
  };
}
