import { type ExecutionResult, GraphQLError } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { AppError } from '../shared/errors/app-error.ts';
import { logger } from '../shared/logging/logger.ts';
import type { SubgraphTarget } from './config.ts';
import { type RouterContext, signedExtensions } from './request.ts';

/** One socket to each subgraph, opened at need and shared by all users; each operation carries its own identity. */
export class Upstreams {
  readonly #clients = new Map<string, Client>();
  readonly #targets: ReadonlyMap<string, SubgraphTarget>;

  constructor(targets: ReadonlyMap<string, SubgraphTarget>) {
    this.#targets = targets;
  }

  /**
   * The events of a subscription at its owner.
   * @throws AppError SUBGRAPH_UNAVAILABLE when the socket cannot be had or is lost: the client subscribes again
   *   with its last cursor, which a resend by us would not know.
   */
  async *subscribe(
    name: string,
    operation: { query: string; variables: Record<string, unknown>; operationName: string | undefined },
    context: RouterContext,
    ended: AbortSignal,
  ): AsyncGenerator<ExecutionResult, void, undefined> {
    const { query, variables, operationName } = operation;
    const extensions = signedExtensions(this.#targets.get(name)?.secret, { query, variables }, context);
    const payload = { query, variables, extensions, ...(operationName && { operationName }) };
    try {
      const events = this.#client(name).iterate(payload);
      // Also while no event comes: the subgraph must not go on for a reader who has left.
      ended.addEventListener('abort', () => void events.return?.(undefined), { once: true });
      for await (const event of events) {
        const { data, errors } = event as ExecutionResult;
        yield { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(asGraphqlError) }) };
      }
    } catch (error) {
      if (Array.isArray(error)) {
        yield { errors: error.map(asGraphqlError) };
        return;
      }
      logger().warn({ err: error, subgraph: name }, 'upstream subscription lost');
      throw new AppError('SUBGRAPH_UNAVAILABLE', { service: name }, { cause: error });
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), async (client) => client.dispose()));
    this.#clients.clear();
  }

  #client(name: string): Client {
    const known = this.#clients.get(name);
    if (known) return known;
    const target = this.#targets.get(name);
    if (!target) throw new AppError('SUBGRAPH_UNAVAILABLE', { service: name });
    const made = createClient({
      url: target.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      keepAlive: 10_000,
      connectionAckWaitTimeout: 5000,
      lazyCloseTimeout: 5000,
    });
    this.#clients.set(name, made);
    return made;
  }
}

interface PlainError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Record<string, unknown>;
}

/** Over the wire an error is a plain object. */
function asGraphqlError({ message, path, extensions }: PlainError): GraphQLError {
  return new GraphQLError(message, { path, extensions: extensions ?? {} });
}
