import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { freePort, until } from './platform.ts';

/** A subgraph that is none of ours: one field, as slow as the test wants it. */
export class Stranger {
  readonly name: string;
  readonly port: number;
  /** How long its next answers take, ms. */
  delayMs = 0;
  /** How many calls have come. */
  calls = 0;
  #server: Server | undefined;

  private constructor(name: string, port: number) {
    this.name = name;
    this.port = port;
  }

  static async start(name: string): Promise<Stranger> {
    const made = new Stranger(name, await freePort());
    await made.up();
    return made;
  }

  get typeDefs() {
    return parse(`type Query { ${this.name}: String }`);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  async up(): Promise<void> {
    const schema = buildSubgraphSchema({
      typeDefs: this.typeDefs,
      resolvers: { Query: { [this.name]: () => `${this.name} answers` } },
    });
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        this.calls += 1;
        const { query: source } = JSON.parse(body) as { query: string };
        const answer = async () => {
          await delay(this.delayMs);
          const result = await graphql({ schema, source });
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
        };
        void answer();
      });
    });
    server.listen(this.port, '127.0.0.1');
    await until(() => server.listening);
    this.#server = server;
  }

  /** Ends as a process that is killed: its connections break, nobody listens any more. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}

export interface LoneRouter {
  readonly url: string;
  /** The router watches it. */
  readonly supergraphFile: string;
  readonly process: ChildProcess;
  /** What it has logged so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** The router alone, on the supergraph of strangers. */
export async function startLoneRouter(
  strangers: readonly Pick<Stranger, 'name' | 'url' | 'typeDefs'>[],
  env: NodeJS.ProcessEnv = {},
): Promise<LoneRouter> {
  const { supergraphSdl, errors } = composeServices(
    strangers.map(({ name, url, typeDefs }) => ({ name, url, typeDefs })),
  );
  if (!supergraphSdl) throw new Error(JSON.stringify(errors));
  return startRouterOn(supergraphSdl, env);
}

/** The router alone, on any composed supergraph. */
export async function startRouterOn(supergraphSdl: string, env: NodeJS.ProcessEnv = {}): Promise<LoneRouter> {
  const dir = mkdtempSync(`${tmpdir()}/yey-supergraph-`);
  writeFileSync(`${dir}/supergraph.graphql`, supergraphSdl);
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['dist/bundle/router.js', '--supergraph', `${dir}/supergraph.graphql`],
    {
      env: { ...process.env, PORT: String(port), LOG_LEVEL: 'error', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let log = '';
  child.stdout.on('data', (data) => {
    log += String(data);
    process.stdout.write(data as Buffer);
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await until(() => child.exitCode !== null || child.signalCode !== null);
    rmSync(dir, { recursive: true, force: true });
  };
  await until(async () => (await fetch(`${url}/readyz`)).ok, 30_000);
  return { url, supergraphFile: `${dir}/supergraph.graphql`, process: child, log: () => log, stop };
}
