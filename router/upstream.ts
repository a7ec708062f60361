import { type ExecutionResult, GraphQLError } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { ulid } from 'ulid';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { AppError } from '../shared/errors/app-error.ts';
import { WINDOW } from '../shared/live/event-window.ts';
import { logger } from '../shared/logging/logger.ts';
import type { SubgraphTarget } from './config.ts';
import { HandedOn } from './handed-on.ts';
import { type RouterContext, signedExtensions } from './request.ts';

/** How often a socket is asked whether the other end is still there, and how long it has to answer, ms. */
const PING_EVERY_MS = 5000;
const ANSWER_WITHIN_MS = 5000;

/** The socket to a subgraph could not be had, or broke. */
export class UpstreamLost extends Error {
  override readonly name = 'UpstreamLost';
  /** Whether the subgraph may have begun the subscription. */
  readonly wasSent: boolean;

  constructor(wasSent: boolean, options?: ErrorOptions) {
    super('the upstream subscription was lost', options);
    this.wasSent = wasSent;
  }
}

/** A WebSocket that gives up a server that takes the connection and says nothing. */
class PromptWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols, { handshakeTimeout: ANSWER_WITHIN_MS });
  }
}

interface Upstream {
  readonly client: Client;
  readonly handedOn: HandedOn;
  /** How many times it was connected. */
  connections: number;
  isConnected: boolean;
  /** The process at the other end, by the name that it told. */
  instance: string | undefined;
}

/** One socket to each subgraph, opened at need and shared by all users; each operation carries its own identity. */
export class Upstreams {
  readonly #upstreams = new Map<string, Upstream>();
  /** Of operations, by what is subscribed with. */
  readonly #ids = new WeakMap<object, string>();
  readonly #targets: ReadonlyMap<string, SubgraphTarget>;

  constructor(targets: ReadonlyMap<string, SubgraphTarget>) {
    this.#targets = targets;
  }

  /**
   * The events of a subscription at its owner, until the owner ends it.
   * @throws UpstreamLost when the socket cannot be had or is lost. AppError SUBGRAPH_UNAVAILABLE without an address
   */
  async *subscribe(
    name: string,
    operation: { query: string; variables: Record<string, unknown>; operationName: string | undefined },
    context: RouterContext,
    ended: AbortSignal,
  ): AsyncGenerator<ExecutionResult, void, undefined> {
    const { query, variables, operationName } = operation;
    const upstream = this.#upstream(name);
    const secret = this.#targets.get(name)?.secret;
    // Signed in the moment when it is sent: only then is it known which process stands at the other end.
    const extensions = {
      toJSON: () => ({
        ...signedExtensions(secret, upstream.instance, { query, variables }, context),
        // Strangers know no windows.
        ...(secret !== undefined && { window: WINDOW }),
      }),
    };
    const payload = { query, variables, extensions, ...(operationName && { operationName }) };
    const id = ulid();
    this.#ids.set(payload, id);
    const { isConnected, connections } = upstream;
    const events = upstream.client.iterate(payload);
    // Also while no event comes: the subgraph must not go on for a reader who has left.
    const leave = () => void events.return?.(undefined);
    ended.addEventListener('abort', leave, { once: true });
    try {
      for await (const event of events) {
        const { data, errors } = event as ExecutionResult;
        yield { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(asGraphqlError) }) };
        if (secret !== undefined) upstream.handedOn.add(id);
      }
    } catch (error) {
      if (Array.isArray(error)) {
        yield { errors: error.map(asGraphqlError) };
        return;
      }
      throw new UpstreamLost(isConnected || upstream.connections > connections, { cause: error });
    } finally {
      ended.removeEventListener('abort', leave);
      upstream.handedOn.forget(id);
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#upstreams.values(), async ({ client }) => client.dispose()));
    this.#upstreams.clear();
  }

  #upstream(name: string): Upstream {
    const known = this.#upstreams.get(name);
    if (known) return known;
    const target = this.#targets.get(name);
    if (!target) throw new AppError('SUBGRAPH_UNAVAILABLE', { service: name });
    const client = createClient({
      url: target.url.replace(/^http/, 'ws'),
      webSocketImpl: PromptWebSocket,
      // Only whoever reads a subscription knows from where it goes on.
      retryAttempts: 0,
      keepAlive: PING_EVERY_MS,
      connectionAckWaitTimeout: ANSWER_WITHIN_MS,
      lazyCloseTimeout: 5000,
      generateID: (payload) => this.#ids.get(payload) ?? ulid(),
    });
    const handedOn = new HandedOn();
    client.on('opened', (socket) => handedOn.use(socket as WebSocket));
    const made: Upstream = { client, handedOn, connections: 0, isConnected: false, instance: undefined };
    client.on('connected', (_socket, greeting) => {
      made.instance = greetingSchema.safeParse(greeting).data?.instance;
      made.connections += 1;
      made.isConnected = true;
    });
    client.on('closed', (event) => {
      if (made.isConnected)
        logger().warn({ subgraph: name, event: closing(event) }, 'upstream socket closed');
      made.isConnected = false;
      handedOn.use(undefined);
    });
    endWhenSilent(client);
    this.#upstreams.set(name, made);
    return made;
  }
}

/** Ends a socket whose other end is gone without a word, as after a network fault or in a process that hangs. */
function endWhenSilent(client: Client): void {
  let timer: NodeJS.Timeout | undefined;
  client.on('ping', (received) => {
    if (!received) timer = setTimeout(() => client.terminate(), ANSWER_WITHIN_MS);
  });
  client.on('pong', (received) => {
    if (received) clearTimeout(timer);
  });
  client.on('closed', () => clearTimeout(timer));
}

const greetingSchema = z.object({ instance: z.string() });
const closeEvent = z.looseObject({ code: z.number(), reason: z.string() });

function closing(event: unknown): { code: number; reason: string } | undefined {
  const { data } = closeEvent.safeParse(event);
  return data && { code: data.code, reason: data.reason };
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
