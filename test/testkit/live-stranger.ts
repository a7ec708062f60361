import { createServer, type Server } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { freePort, until } from './platform.ts';

const typeDefs = parse(`
  type Query { alive: String }
  type Subscription {
    counted(afterN: Int! = 0, tag: String): Count!
    ticked: Int!
  }
  type Count { n: Int!, label(times: Int! = 1): String!, always: String! }
`);

/** A subgraph that is none of ours, with a subscription that has a cursor and one that has none. */
export class LiveStranger {
  readonly name = 'live';
  readonly typeDefs = typeDefs;
  readonly port: number;
  /** The cursor of each subscription that came. */
  readonly cursors: number[] = [];
  /** How many subscriptions without a cursor came. */
  ticks = 0;
  /** The number up to which it has counted. */
  counted = 0;
  /** How many of the next events fail, for a reason that passes. */
  failures = 0;
  #stop: (() => Promise<void>) | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<LiveStranger> {
    const made = new LiveStranger(await freePort());
    await made.up();
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  /** Knows nothing of what was before. */
  reset(): void {
    this.cursors.length = 0;
    Object.assign(this, { ticks: 0, counted: 0, failures: 0 });
  }

  async up(): Promise<void> {
    const schema = buildSubgraphSchema({
      typeDefs,
      resolvers: {
        Subscription: {
          counted: { subscribe: (_: unknown, { afterN }: { afterN: number }) => this.#count(afterN) },
          ticked: { subscribe: () => this.#tick() },
        },
        Count: { label: ({ n }: { n: number }) => `number ${n}`, always: () => this.#answer() },
      },
    });
    const server: Server = createServer((_request, response) => response.writeHead(404).end());
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    useServer({ schema }, sockets);
    server.listen(this.port, '127.0.0.1');
    await until(() => server.listening);
    this.#stop = async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await closed;
    };
  }

  /** Ends as a process that is killed: its connections break, nobody listens any more. */
  async down(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }

  async *#count(after: number): AsyncGenerator<{ counted: { n: number } }> {
    this.cursors.push(after);
    for (let n = after + 1; ; n += 1) {
      // Waits as long as it must: `until` has an end, a feed has none.
      while (n > this.counted) await new Promise((resolve) => setTimeout(resolve, 5));
      yield { counted: { n } };
    }
  }

  async *#tick(): AsyncGenerator<{ ticked: number }> {
    this.ticks += 1;
    yield { ticked: this.ticks };
    await new Promise(() => undefined);
  }

  #answer(): string {
    if (this.failures === 0) return 'yes';
    this.failures -= 1;
    const extensions = { code: 'UNAVAILABLE', params: { service: 'live' }, requestId: 'live-request' };
    throw new GraphQLError('not now', { extensions });
  }
}
