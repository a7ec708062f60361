import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../context/actor.ts';
import { inRequest } from '../context/request-context.ts';
import { AppError } from '../errors/app-error.ts';
import { httpStatusOf } from '../errors/http-status.ts';
import { TAIL_BYTES, withoutTail } from '../signing/streamed-body.ts';
import { attachmentDisposition } from '../storage/file-name.ts';
import type { StoredFile } from '../storage/file-store.ts';
import { type FileType, LARGEST_FILE_BYTES, type MadeType } from '../storage/file-type.ts';
import type { Admit } from './admission.ts';
import { plainError } from './server.ts';

/** What uploads under way may hold in the memory of one process, bytes. */
const MEMORY_BYTES = 256 * 2 ** 20;

/** One call of an address of a file. */
export interface FileCall {
  readonly actor: Actor;
  /** The identifier in the path. */
  readonly id: string;
  readonly query: URLSearchParams;
}

export interface ServedFile extends StoredFile {
  readonly name: string;
  readonly type: FileType | MadeType;
}

/** A feature that keeps files; it decides who may do what. */
export interface FileService {
  /** @param read reads the whole content, refusing one of more than so many bytes. */
  upload(call: FileCall, read: (size: number) => Promise<Buffer>): Promise<void>;
  download(call: FileCall): Promise<ServedFile>;
}

/** Several features that keep files as one. @param keepers by the types of the identifiers of their files */
export function fileServiceOf(keepers: Readonly<Record<string, FileService>>): FileService {
  const keeperOf = ({ id }: FileCall): FileService => {
    const type = id.slice(0, id.indexOf('_'));
    const keeper = Object.hasOwn(keepers, type) ? keepers[type] : undefined;
    if (keeper === undefined) throw new AppError('NOT_FOUND', { what: 'File' });
    return keeper;
  };
  return {
    upload: async (call, read) => keeperOf(call).upload(call, read),
    download: async (call) => keeperOf(call).download(call),
  };
}

/**
 * `PUT` and `GET /files/<id>` for the router, which streams the calls of its clients to it.
 * @param memoryBytes what uploads under way may hold, all together
 */
export function addFileRoutes(
  app: FastifyInstance,
  admit: Admit,
  routerSecret: string,
  service: FileService,
  memoryBytes = MEMORY_BYTES,
): void {
  let held = 0;

  async function read(request: FastifyRequest, size: number, hold: (bytes: number) => void): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    // The rest of a body that is refused is left to the server, which lets the answer arrive first.
    const body = (request.body as Readable).iterator({ destroyOnReturn: false });
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > size + TAIL_BYTES) throw new AppError('FILE_TOO_LARGE', { limit: `${size} B` });
      hold(chunk.length);
      chunks.push(chunk);
    }
    return withoutTail(routerSecret, String(request.headers['x-yey-signature']), Buffer.concat(chunks));
  }

  async function put(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return answer(request, reply, async (call) => {
      let own = 0;
      const hold = (bytes: number) => {
        if (held + bytes > memoryBytes) throw new AppError('UNAVAILABLE', { service: 'files' });
        held += bytes;
        own += bytes;
      };
      try {
        await service.upload(call, (size) => read(request, size, hold));
      } finally {
        // Not when it has come: it is held until it is in the store.
        held -= own;
      }
      return reply.code(204).send();
    });
  }

  async function get(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return answer(request, reply, async (call) => {
      const { stream, size, name, type } = await service.download(call);
      return reply
        .headers({
          'content-type': type,
          'content-length': size,
          'content-disposition': attachmentDisposition(call.id, name, type),
          'cache-control': 'private, no-store',
          'x-content-type-options': 'nosniff',
          'content-security-policy': "default-src 'none'; sandbox",
        })
        .send(stream);
    });
  }

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (call: FileCall) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    let info: { requestId: string; locale: string } = { requestId: '', locale: 'en' };
    try {
      const { call, context } = await admit(request);
      info = call.info;
      const { id } = request.params as { id: string };
      const query = new URL(request.url, 'http://files').searchParams;
      return await inRequest(call.info, () => work({ actor: context.actor, id, query }));
    } catch (error) {
      const status = error instanceof AppError ? httpStatusOf(error.code) : 500;
      return reply.code(status).send({ errors: [plainError(error, info.requestId, info.locale)] });
    }
  }

  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: LARGEST_FILE_BYTES + TAIL_BYTES }, (_request, body, next) =>
      next(null, body),
    );
    scope.route({ method: 'PUT', url: '/files/:id', handler: put });
    scope.route({ method: 'GET', url: '/files/:id', handler: get });
    done();
  });
}
