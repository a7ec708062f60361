import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Dispatcher, errors } from 'undici';
import { AppError } from '../shared/errors/app-error.ts';
import { BoundPool } from '../shared/http/bound-pool.ts';
import { ignoreError } from '../shared/http/ignore-error.ts';
import { logger } from '../shared/logging/logger.ts';
import { TAIL_BYTES, withTail } from '../shared/signing/streamed-body.ts';
import { LARGEST_FILE_BYTES } from '../shared/storage/file-type.ts';
import type { SubgraphTarget } from './config.ts';
import { type RouterContext, signedHeaders } from './request.ts';
import { contextOf } from './server.ts';
import type { Transfers } from './transfers.ts';

/** A transfer may take this long, ms: fifty megabytes over a slow mobile connection. */
const UPLOAD_MS = 300_000;
/** How long the keeper may pause in a download, ms. */
const PAUSE_MS = 30_000;
/** To one keeper, for downloads and for uploads each. */
const CONNECTIONS = 64;
/** What of an answer goes on to the client; everything else belongs between router and subgraph. */
const ANSWERED = [
  'content-type',
  'content-length',
  'content-disposition',
  'cache-control',
  'content-security-policy',
];

/** Streams the calls of `/files/…` to the subgraph that keeps the files, signed as its other calls are. */
export class FileForwarder {
  readonly #name: string;
  readonly #target: SubgraphTarget;
  readonly #transfers: Transfers;
  /** Apart from the queries, and from each other: slow transfers take none of their connections. */
  readonly #downloads: BoundPool;
  readonly #uploads: BoundPool;

  constructor(name: string, target: SubgraphTarget, transfers: Transfers) {
    this.#name = name;
    this.#target = target;
    this.#transfers = transfers;
    const { origin } = new URL(target.url);
    this.#downloads = new BoundPool(origin, { connections: CONNECTIONS });
    this.#uploads = new BoundPool(origin, { connections: CONNECTIONS });
  }

  /** @throws AppError SUBGRAPH_UNAVAILABLE, DEADLINE_EXCEEDED */
  async get(request: FastifyRequest): Promise<Dispatcher.ResponseData> {
    const { deadlineMs } = this.#target;
    const response = await this.#send(() =>
      this.#downloads.request(
        { method: 'GET', path: request.url, headersTimeout: deadlineMs, bodyTimeout: PAUSE_MS },
        (instance) => ({ headers: this.#headers(request, 'GET', instance) }),
      ),
    );
    this.#endInTime(response);
    return response;
  }

  /** A reader that takes a little now and then would keep the connection for as long as it likes. */
  #endInTime({ headers, body }: Dispatcher.ResponseData): void {
    const ms = this.#transfers.timeFor(Number(headers['content-length'] ?? 0));
    const timer = setTimeout(() => body.destroy(new AppError('DEADLINE_EXCEEDED')), ms);
    body.once('close', () => clearTimeout(timer));
  }

  /** @throws AppError BAD_REQUEST, FILE_TOO_LARGE, SUBGRAPH_UNAVAILABLE, DEADLINE_EXCEEDED */
  async put(request: FastifyRequest): Promise<Dispatcher.ResponseData> {
    const { secret } = this.#target;
    const length = lengthOf(request.headers);
    // An answer that comes before the end must not cut the client off: the server reads on and drops the rest.
    const body = (request.body as Readable).iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    return this.#send(() =>
      this.#uploads.request(
        {
          method: 'PUT',
          path: request.url,
          headersTimeout: UPLOAD_MS,
          signal: AbortSignal.timeout(Math.min(UPLOAD_MS, this.#transfers.timeFor(length))),
        },
        (instance) => {
          const headers = this.#headers(request, 'PUT', instance);
          const signed = Readable.from(withTail(secret ?? '', headers['x-yey-signature'] ?? '', body));
          // The pool listens no longer than its request: a client that breaks off after the answer is nobody's error.
          signed.on('error', ignoreError);
          return {
            headers: {
              ...headers,
              'content-type': 'application/octet-stream',
              'content-length': String(length + TAIL_BYTES),
            },
            body: signed,
          };
        },
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#downloads.close(), this.#uploads.close()]);
  }

  #headers(
    request: FastifyRequest,
    method: 'GET' | 'PUT',
    instance: string | undefined,
  ): Record<string, string> {
    const call = { method, path: request.url, body: '' };
    return signedHeaders(this.#target.secret, instance, call, contextOf(request));
  }

  async #send(call: () => Promise<Dispatcher.ResponseData>): Promise<Dispatcher.ResponseData> {
    try {
      return await call();
    } catch (error) {
      logger().warn({ err: error, subgraph: this.#name }, 'file call failed');
      const isLate =
        (error instanceof DOMException && error.name === 'TimeoutError') ||
        error instanceof errors.HeadersTimeoutError;
      const code = isLate ? 'DEADLINE_EXCEEDED' : 'SUBGRAPH_UNAVAILABLE';
      throw new AppError(code, { service: this.#name }, { cause: error });
    }
  }
}

/** Type of identifier → the subgraph that keeps files of it; those of all others are care's. */
const KEEPERS: Readonly<Record<string, string>> = { ldc: 'users', exp: 'users' };
const USUAL_KEEPER = 'care';

/** The subgraphs that keep files. */
export const FILE_KEEPERS: readonly string[] = [USUAL_KEEPER, ...Object.values(KEEPERS)];

/** `PUT` and `GET /files/<id>`, so many at once of each caller. @param forwarders by the names of {@link FILE_KEEPERS} */
export function addFiles(
  app: FastifyInstance,
  forwarders: ReadonlyMap<string, FileForwarder>,
  { transfers, callerOf }: { transfers: Transfers; callerOf: (context: RouterContext) => string },
): void {
  const keeperOf = (request: FastifyRequest): FileForwarder => {
    const { id } = request.params as { id: string };
    const type = id.slice(0, id.indexOf('_'));
    const name = Object.hasOwn(KEEPERS, type) ? (KEEPERS[type] ?? USUAL_KEEPER) : USUAL_KEEPER;
    const forwarder = forwarders.get(name);
    if (!forwarder) throw new AppError('SUBGRAPH_UNAVAILABLE', { service: name });
    return forwarder;
  };
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, next) => next(null, body));
    const put = async (request: FastifyRequest, reply: FastifyReply) => {
      transfers.begin(callerOf(contextOf(request)), reply);
      return handOn(reply, await keeperOf(request).put(request));
    };
    const get = async (request: FastifyRequest, reply: FastifyReply) => {
      transfers.begin(callerOf(contextOf(request)), reply);
      return handOn(reply, await keeperOf(request).get(request));
    };
    scope.route({ method: 'PUT', url: '/files/:id', bodyLimit: LARGEST_FILE_BYTES, handler: put });
    scope.route({ method: 'GET', url: '/files/:id', exposeHeadRoute: false, handler: get });
    done();
  });
}

function handOn(reply: FastifyReply, { statusCode, headers, body }: Dispatcher.ResponseData): FastifyReply {
  body.on('error', ignoreError);
  for (const name of ANSWERED) {
    const value = headers[name];
    if (value !== undefined) void reply.header(name, value);
  }
  return reply.code(statusCode).send(body);
}

/** A length must be told ahead: what has none could go on for ever. */
function lengthOf(headers: IncomingHttpHeaders): number {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length) || length < 1) throw new AppError('BAD_REQUEST');
  if (length > LARGEST_FILE_BYTES) {
    throw new AppError('FILE_TOO_LARGE', { limit: `${LARGEST_FILE_BYTES / 2 ** 20} MiB` });
  }
  return length;
}
