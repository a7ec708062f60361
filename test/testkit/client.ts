import { createClient } from 'graphql-ws';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { demoAccounts } from './platform.ts';

interface GraphqlAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: ShapedError[];
}

interface ShapedError {
  readonly message: string;
  readonly path?: (string | number)[];
  readonly extensions: { code: string; params: object; requestId: string; retryable: boolean };
}

interface Options {
  readonly url?: string;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** One operation through the router, as a client sends it. */
export async function ask(
  query: string,
  variables: object = {},
  options: Options = {},
): Promise<GraphqlAnswer> {
  const response = await fetch(`${options.url ?? inject('platformUrl')}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...options.headers,
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

/** The data of an operation that must succeed. */
export async function data(
  query: string,
  variables: object = {},
  options: Options = {},
): Promise<Record<string, unknown>> {
  const answer = await ask(query, variables, options);
  if (answer.errors.length > 0 || !answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

/** The token of a demo account by its name. */
export function tokenOf(name: string): string {
  const account = demoAccounts(inject('platformDir')).find((each) => each.name === name);
  if (!account) throw new Error(`no demo account ${name}`);
  return account.token;
}

/** A subscriber on a socket of its own; `next` waits for the next event. */
export function subscribe(query: string, variables: Record<string, unknown>, options: Options = {}) {
  const url = (options.url ?? inject('platformUrl')).replace('http', 'ws');
  const client = createClient({
    url: `${url}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: options.token ? { authorization: `Bearer ${options.token}` } : {},
  });
  const events = client.iterate({ query, variables });
  return {
    next: async () => (await events.next()).value,
    close: async () => {
      await client.dispose();
    },
  };
}
