import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { freePort, until } from './platform.ts';
import { type LoneRouter, startRouterOn } from './strangers.ts';

export interface FakedPlatform {
  readonly router: LoneRouter;
  /** How many calls have come to the subgraphs. */
  readonly calls: () => number;
  readonly stop: () => Promise<void>;
}

/** The router alone on our own supergraph; all subgraphs are one server that answers everything with the same. */
export async function startFakedPlatform(env: NodeJS.ProcessEnv = {}): Promise<FakedPlatform> {
  const port = await freePort();
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"me":null}}');
  });
  server.listen(port, '127.0.0.1');
  await until(() => server.listening);
  const sdl = readFileSync('schema/supergraph.graphql', 'utf8');
  const router = await startRouterOn(sdl.replace(/http:\/\/\w+\.invalid/g, `http://127.0.0.1:${port}`), env);
  const stop = async () => {
    await router.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { router, calls: () => calls, stop };
}
