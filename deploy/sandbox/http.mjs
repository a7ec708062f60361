import { createServer } from 'node:http';

const LONGEST_BODY = 64_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 20_000;
const MOST_CONNECTIONS = 2000;

/**
 * One request as a handler sees it.
 * @typedef {{method: string, path: string, query: URLSearchParams, headers: import('node:http').IncomingHttpHeaders,
 *   body: string}} Call
 * What it answers: JSON unless `type` says otherwise; `isLost` ends the connection without an answer.
 * @typedef {{status?: number, type?: string, body?: unknown, location?: string, isLost?: boolean}} Answer
 * A method, a pattern of the whole path, and who answers; groups of the pattern come after the call.
 * @typedef {[method: string, path: RegExp, handler: (call: Call, ...groups: string[]) => Answer | Promise<Answer>]} Route
 */

/** What a caller did wrong, told with a status. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Text that is safe in HTML. @param {string} text */
export const escaped = (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** @param {string} title @param {string} content @param {string} [head] @returns {Answer} */
export const page = (title, content, head = '') => ({
  type: 'text/html',
  body: `<!doctype html><html lang="zh-CN"><meta charset="utf-8">${head}<title>${escaped(title)}</title>
<style>body{font:15px system-ui;margin:2rem}td{padding:.3rem 1rem .3rem 0}button{font:inherit;padding:.5rem 1.5rem}</style>
<h1>${escaped(title)}</h1>${content}</html>`,
});

/** The object that a body holds. @param {string} body @returns {Record<string, any>} */
export function objectOf(body) {
  if (body === '') return {};
  try {
    const value = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'the body is not a JSON object');
}

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  let body = '';
  request.setEncoding('utf8');
  // Who sends too much shall still read the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    body += chunk;
    if (body.length > LONGEST_BODY) throw new Refusal(413, 'too long');
  }
  return body;
}

/** @param {import('node:http').IncomingMessage} request */
function addressOf(request) {
  const path = request.url ?? '/';
  // Two slashes would begin the name of a host.
  if (!path.startsWith('/') || !URL.canParse(`http://sandbox${path}`)) throw new Refusal(400, 'no address');
  return new URL(`http://sandbox${path}`);
}

/** @param {Route[]} routes @param {import('node:http').IncomingMessage} request @returns {Promise<Answer>} */
async function answerTo(routes, request) {
  const { pathname, searchParams } = addressOf(request);
  const method = request.method ?? 'GET';
  for (const [wanted, pattern, handler] of routes) {
    const match = wanted === method ? pattern.exec(pathname) : null;
    if (match === null) continue;
    const body = await bodyOf(request);
    const call = { method, path: pathname, query: searchParams, headers: request.headers, body };
    return await handler(call, ...match.slice(1));
  }
  throw new Refusal(404, 'not found');
}

/** @param {Route[]} routes @param {import('node:http').IncomingMessage} request @returns {Promise<Answer>} */
async function answerOrRefusal(routes, request) {
  try {
    return await answerTo(routes, request);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'bad request';
    return { status: error instanceof Refusal ? error.status : 500, body: { error: message } };
  }
}

/** @param {import('node:http').ServerResponse} response @param {Answer} answer */
function write(response, answer) {
  if (answer.isLost) {
    response.destroy();
    return;
  }
  const type = answer.type ?? 'application/json';
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  response
    .writeHead(answer.status ?? 200, {
      'content-type': `${type}; charset=utf-8`,
      ...(answer.location && { location: answer.location }),
      // What is left of a body that is refused is not read.
      ...(answer.status === 413 && { connection: 'close' }),
    })
    .end(text);
}

/**
 * A server for the routes that nobody ends from outside: an error of a connection, a request that never comes to its
 * end, or an answer that cannot be written, are matters of that connection alone.
 * @param {Route[]} routes
 */
export function serverFor(routes) {
  const timeouts = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 1000,
  };
  const server = createServer(timeouts, (request, response) => {
    response.on('error', () => undefined);
    answerOrRefusal(routes, request)
      .then((answer) => write(response, answer))
      // A header that may not be written, such as an address with a line break.
      .catch(() => response.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.prependListener('connection', (socket) => socket.on('error', () => undefined));
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    socket.destroySoon();
  });
  return server;
}
