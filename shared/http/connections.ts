import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors/app-error.ts';
import { networkOf } from '../limits/network.ts';
import { logger } from '../logging/logger.ts';
import { ignoreError } from './ignore-error.ts';
import { refuseConnection } from './refusal.ts';
import { Tally } from './tally.ts';

export interface ConnectionLimits {
  readonly inAll: number;
  /** From one address, of which a /64 of IPv6 counts as one. */
  readonly perAddress: number;
  /** Addresses behind which there are many clients, such as proxies of one's own: they count in all alone. */
  readonly isShared: (address: string) => boolean;
  /** How long somebody may leave what is sent to them unread, ms. */
  readonly stallMs: number;
}

/** Beyond its limit, a server still takes so many connections to tell them so. */
const REFUSED_AT_ONCE = 200;

/**
 * Keeps the connections of a server within limits, for requests and WebSockets alike: so many in all and from one
 * address, none of them for ever to somebody who does not read. No error of a connection ends the process: Node's own
 * listeners come and go, and between them, as after an upgrade, there may be none.
 */
export function guardConnections(server: Server, limits: ConnectionLimits): void {
  const open = new Map<Socket, Progress>();
  const perAddress = new Tally();
  const serving = server.listeners('connection') as ((socket: Socket) => void)[];
  // Node parses whatever its listener was given; who is refused must not get that far.
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.on('error', ignoreError);
    const address = socket.remoteAddress ?? '';
    const counts = !limits.isShared(address);
    const network = networkOf(address);
    if (open.size >= limits.inAll || (counts && !perAddress.take(network, limits.perAddress))) {
      refuseConnection(socket, new AppError('TOO_MANY_CONNECTIONS'));
      return;
    }
    open.set(socket, { sent: 0, since: performance.now() });
    socket.once('close', () => {
      open.delete(socket);
      if (counts) perAddress.give(network);
    });
    for (const listener of serving) listener.call(server, socket);
  });
  server.maxConnections = limits.inAll + REFUSED_AT_ONCE;
  server.on('error', (error) => logger().error({ err: error }, 'a server failed'));
  const timer = setInterval(() => cutStalled(open, limits.stallMs), Math.max(100, limits.stallMs / 4));
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

/** Who reads less than this reads to keep what is kept for them. */
const MIN_BYTES_PER_S = 1024;

/** How much of what was written the other end's system had taken, and since when it is no more. */
interface Progress {
  sent: number;
  since: number;
}

/** Time-outs of Node see no progress only where nothing is read either, and a client can send while it does not read. */
function cutStalled(open: ReadonlyMap<Socket, Progress>, stallMs: number): void {
  const now = performance.now();
  for (const [socket, progress] of open) {
    const sent = sentOf(socket);
    const least = (MIN_BYTES_PER_S * stallMs) / 1000;
    if (socket.writableLength === 0 || sent - progress.sent >= least)
      Object.assign(progress, { sent, since: now });
    else if (now - progress.since >= stallMs) socket.destroy();
  }
}

function sentOf(socket: Socket): number {
  // The handle alone tells how far a single large write has come.
  const { _handle: handle } = socket as { _handle?: { bytesWritten: number; writeQueueSize: number } | null };
  return handle ? handle.bytesWritten - handle.writeQueueSize : socket.bytesWritten;
}
