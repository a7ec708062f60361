import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import serveStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const FOLDER = fileURLToPath(new URL('./explorer/public/', import.meta.url));
/** The editor loads its languages in workers and styles itself; nothing comes from anywhere else. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; " +
  "worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'";

/** What a browser is shown at the endpoint in a build without the explorer. */
const NO_EXPLORER =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>GraphQL</title>' +
  '<p>This is the GraphQL endpoint of YunEYang. POST operations to it as application/json; it has no explorer here.</p>' +
  '<p lang="zh-CN">这是云E养的 GraphQL 接口，请以 application/json POST 请求；此处未提供浏览器工具。</p></html>';

/** Answers a browser that has opened the endpoint itself: with the explorer, never with a page of anybody else's. */
export function showExplorer(reply: FastifyReply): FastifyReply {
  return existsSync(FOLDER)
    ? reply.redirect('/', 303)
    : reply.type('text/html; charset=utf-8').send(NO_EXPLORER);
}

/** The explorer at `/`, from our own files; in development it offers the demo accounts to sign in as. */
export async function addExplorer(app: FastifyInstance, demoFile: string | undefined): Promise<void> {
  if (!existsSync(FOLDER)) return;
  await app.register(serveStatic, {
    root: FOLDER,
    setHeaders: (reply) => {
      reply.setHeader('content-security-policy', POLICY);
      reply.setHeader('referrer-policy', 'no-referrer');
    },
  });
  if (demoFile === undefined) return;
  app.get('/explorer/accounts', (request, reply) => {
    // Another site's page must not read the tokens, and a name that resolves to us is another site; nor may another
    // machine, which can claim any host.
    const { host = '' } = request.headers;
    const isLocal = /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
    if (!isLocal || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) return reply.code(403).send([]);
    return reply.type('application/json').send(existsSync(demoFile) ? readFileSync(demoFile, 'utf8') : '[]');
  });
}
