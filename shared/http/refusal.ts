import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ulid } from 'ulid';
import { AppError } from '../errors/app-error.ts';
import { catalogue, messageOf } from '../errors/catalogue.ts';
import { httpStatusOf } from '../errors/http-status.ts';
import { ignoreError } from './ignore-error.ts';

/** How long the other end gets to read why it is refused, ms; then the connection is gone, whatever it does. */
const LINGER_MS = 1000;
/** When to try again what is refused for a while that the refusal doesn't tell, seconds. */
const RETRY_AFTER_S = 5;

/** Refuses whoever is at the other end of a raw connection, for which there is no response to write. */
export function refuseConnection(socket: Duplex, error: AppError): void {
  socket.on('error', ignoreError);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  // What it still sends is read and dropped, so that its own end is seen.
  socket.resume();
  socket.end(answerOf(error));
}

/** What a server does with bytes that are no request: answers where it still can, and closes. */
export function refuseBadRequest(error: Error & { code?: string }, socket: Duplex): void {
  const isFirst = 'bytesWritten' in socket && socket.bytesWritten === 0;
  // Behind an answer under way, another one would be taken for a part of it.
  if (error.code === 'ECONNRESET' || !isFirst) {
    socket.on('error', ignoreError).destroy();
    return;
  }
  refuseConnection(
    socket,
    new AppError(error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'BAD_REQUEST'),
  );
}

function answerOf({ code, params }: AppError): string {
  const requestId = ulid();
  const { retryable } = catalogue[code];
  const message = messageOf(code, params, 'en');
  const body = JSON.stringify({ errors: [{ message, extensions: { code, params, requestId, retryable } }] });
  const status = httpStatusOf(code);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    ...(retryable ? [`retry-after: ${params.seconds ?? RETRY_AFTER_S}`] : []),
    '',
    body,
  ].join('\r\n');
}
