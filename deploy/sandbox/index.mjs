import { createServer } from 'node:http';

// What a development machine has in the place of the outside world: an inbox for the text messages that it sends.
if (process.env.YEY_MODE === 'production') {
  console.error('CONFIG_INVALID: YEY_MODE: the sandbox is for development only');
  process.exit(1);
}
const port = Number(process.env.SANDBOX_PORT);
const KEEP = 200;

/** @type {{at: string, phone: string, text: string}[]} */
const messages = [];

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

const page =
  () => `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>SMS inbox</title><style>body{font:15px system-ui;margin:2rem}td{padding:.3rem 1rem .3rem 0}</style>
<h1>SMS inbox 短信</h1>${messages.length === 0 ? '<p>Nothing yet: ask for a login code.</p>' : ''}
<table>${messages
    .map(({ at, phone, text }) => `<tr><td>${at}<td>${escaped(phone)}<td>${escaped(text)}`)
    .join('')}</table></html>`;

/** @param {import('node:http').IncomingMessage} request @returns {Promise<string>} */
async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 10_000) throw new Error('too long');
  }
  return body;
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const answer = (/** @type {number} */ status, /** @type {string} */ type, /** @type {string} */ body) =>
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
  try {
    if (request.method === 'POST' && url.pathname === '/sms') {
      const { phone, text } = JSON.parse(await bodyOf(request));
      if (typeof phone !== 'string' || typeof text !== 'string')
        return answer(400, 'text/plain', 'phone and text');
      messages.unshift({ at: new Date().toISOString(), phone, text });
      messages.length = Math.min(messages.length, KEEP);
      return answer(200, 'application/json', '{}');
    }
    if (url.pathname === '/sms.json') {
      const phone = url.searchParams.get('phone');
      const found = messages.filter((each) => phone === null || each.phone === phone);
      return answer(200, 'application/json', JSON.stringify(found));
    }
    if (url.pathname === '/healthz') return answer(200, 'application/json', '{"status":"ok"}');
    if (url.pathname === '/') return answer(200, 'text/html', page());
    return answer(404, 'text/plain', 'not found');
  } catch (error) {
    return answer(400, 'text/plain', error instanceof Error ? error.message : 'bad request');
  }
});

server.listen(port, '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
