import type { FastifyInstance } from 'fastify';

/** How long requests in flight may take once a server ends, ms: longer than a call to a subgraph. */
const LONGEST_MS = 20_000;

/**
 * Lets a server end as soon as its requests in flight have their answers. A connection over which such an answer goes
 * out is closed with it: kept alive, it would keep the server too, for more than a minute.
 * To be called before the routes are added. @returns ends the server
 */
export function drainable(app: FastifyInstance): () => Promise<void> {
  let isEnding = false;
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isEnding) void reply.header('connection', 'close');
    done(null, payload);
  });
  return async () => {
    isEnding = true;
    const timer = setTimeout(() => app.server.closeAllConnections(), LONGEST_MS);
    await app.close();
    clearTimeout(timer);
  };
}
