import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, type Context, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import { type ServerOptions as WsOptions, type WebSocket, WebSocketServer } from 'ws';
import { AppError } from '../errors/app-error.ts';
import { logger } from '../logging/logger.ts';
import { type Charge, MessagesInHand } from './messages-in-hand.ts';
import { refuseConnection } from './refusal.ts';
import { SharedBytes } from './shared-bytes.ts';
import { Tally } from './tally.ts';

export interface SocketLimits {
  /** Of one message of a client, bytes. */
  readonly messageBytes: number;
  /** Of a message before the socket is acknowledged, bytes. */
  readonly firstBytes: number;
  /** What the messages of all sockets together may take, bytes. */
  readonly heldBytes: number;
  /** How long a socket may take to send `connection_init`, ms. */
  readonly initMs: number;
  /** Sockets that are not acknowledged yet, in all and from one address. */
  readonly waiting: number;
  readonly waitingPerAddress: number;
  /** What a reader may leave unread, bytes. */
  readonly unreadBytes: number;
  /** The same of one that nobody knows, bytes. */
  readonly anonymousUnreadBytes: number;
  /** What all readers together may leave unread, bytes. */
  readonly allUnreadBytes: number;
}

export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** Set by who connects it, for a client that has not said who it is. */
  isAnonymous?: boolean;
}

export type GraphqlSocket = Context<Record<string, unknown> | undefined, SocketExtra>;
type Options = ServerOptions<Record<string, unknown> | undefined, SocketExtra>;

/** A close code for "try again later", of RFC 6455's registry; graphql-ws comes back after it. */
const TRY_AGAIN_LATER = 1013;
const PONG = '{"type":"pong"}';
const MESSAGE_TOO_BIG = 1009;
/** In how many frames and reads one message may come; each is kept by itself until the last is there. */
const MAX_FRAGMENTS = 256;
const MAX_CHUNKS = 1024;
/** The head of a frame, and a ping beside it. */
const FRAME_BYTES = 256;
/** How often a socket has to show that somebody is there, ms. */
const HEARTBEAT_MS = 12_000;
/** How long the other end may take to agree to a close, ms. */
const CLOSE_MS = 1000;

/**
 * graphql-transport-ws over sockets of which none can do harm: whatever a client sends, leaves out, leaves unread or
 * breaks off, its own socket is closed, what is kept for it is bounded, and nobody else notices.
 */
export class GraphqlSockets {
  readonly #limits: SocketLimits;
  readonly #sockets: WebSocketServer;
  readonly #protocol: ReturnType<typeof makeServer<Record<string, unknown> | undefined, SocketExtra>>;
  readonly #waiting = new Map<WebSocket, string>();
  readonly #waitingPerAddress = new Tally();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #inHand: MessagesInHand;
  readonly #unread: SharedBytes<WebSocket>;
  readonly #anonymous = new WeakSet<WebSocket>();
  /** Of the message that graphql-ws is given; it asks about a subscription before it waits for anything. */
  #given: Charge | undefined;

  constructor(options: Options, limits: SocketLimits) {
    this.#limits = limits;
    this.#inHand = new MessagesInHand(limits.heldBytes, (socket) => cut(socket, 'UNAVAILABLE'));
    this.#unread = new SharedBytes(limits.allUnreadBytes, (socket) => cut(socket, 'SLOW_READER'));
    const wsOptions: WsOptions & Record<'closeTimeout', number> = {
      noServer: true,
      maxPayload: limits.messageBytes,
      closeTimeout: CLOSE_MS,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_CHUNKS,
      // Answered below, where it is known whether anybody reads.
      autoPong: false,
      handleProtocols,
    };
    this.#sockets = new WebSocketServer(wsOptions);
    this.#protocol = makeServer<Record<string, unknown> | undefined, SocketExtra>({
      ...options,
      connectionInitWaitTimeout: limits.initMs,
      onConnect: async (context) => {
        const answer = (await options.onConnect?.(context)) ?? true;
        // It would be kept as long as the socket.
        Object.assign(context, { connectionParams: undefined });
        if (context.extra.isAnonymous) this.#anonymous.add(context.extra.socket);
        if (answer !== false) this.#acknowledge(context.extra.socket);
        return answer;
      },
      onSubscribe: async (context, id, payload) => {
        const charge = this.#given;
        const answer = await options.onSubscribe?.(context, id, payload);
        // The payload is kept as long as the subscription lives, and read no more by who has answered.
        if (answer) Object.assign(payload, { query: '', variables: undefined, extensions: undefined });
        if (charge) this.#inHand.settle(charge);
        return answer;
      },
    });
    const alive = new WeakSet<WebSocket>();
    this.#sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
      alive.add(socket);
      socket.on('pong', () => alive.add(socket));
      this.#serve(socket, request);
    });
    this.#heartbeat = setInterval(() => {
      for (const socket of this.#sockets.clients) {
        if (alive.delete(socket)) socket.ping();
        else socket.terminate();
      }
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** Takes over the raw socket of an upgrade. @param address of the client; undefined where it does not count */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, address: string | undefined): void {
    const { waiting, waitingPerAddress } = this.#limits;
    const isFull =
      this.#waiting.size >= waiting ||
      (address !== undefined && this.#waitingPerAddress.of(address) >= waitingPerAddress);
    if (isFull) {
      refuseConnection(socket, new AppError('TOO_MANY_CONNECTIONS'));
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      this.#waiting.set(ws, address ?? '');
      if (address !== undefined) this.#waitingPerAddress.take(address, waitingPerAddress);
      this.#inHand.watch(ws, socket, (bytes) => this.#mayBegin(ws, bytes - FRAME_BYTES));
      this.#sockets.emit('connection', ws, request);
    });
  }

  /** Closes every socket with 1001. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    for (const socket of this.#sockets.clients) socket.close(1001, 'Going away');
    await new Promise<void>((resolve) => this.#sockets.close(() => resolve()));
  }

  #serve(socket: WebSocket, request: IncomingMessage): void {
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: async (text) => this.#send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        // What came with a ping is not sent back: it can be long, and whoever sends it may not read.
        onPing: async () => this.#send(socket, PONG),
        onMessage: (handle) => {
          socket.on('message', (data) => {
            if (socket.readyState !== socket.OPEN || !this.#reads(socket)) return;
            const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
            if (this.#mayBegin(socket, text.length)) this.#handle(socket, text, handle);
          });
        },
      },
      { socket, request },
    );
    // ws closes the socket itself; what there was to tell of a frame that is none is in its close code.
    socket.on('error', (error) => logger().debug({ err: error }, 'a socket failed'));
    socket.on('ping', (data) => {
      if (socket.readyState === socket.OPEN && this.#reads(socket)) {
        socket.pong(data, undefined, () => this.#countUnread(socket));
        this.#countUnread(socket);
      }
    });
    socket.once('close', (code, reason) => {
      this.#acknowledge(socket);
      this.#unread.forget(socket);
      closed(code, String(reason)).catch((error: unknown) => {
        logger().warn({ err: error }, 'a closed socket could not be put away');
      });
    });
  }

  #handle(socket: WebSocket, text: string, handle: (text: string) => Promise<void>): void {
    const charge = this.#inHand.begin(socket, text);
    this.#given = charge;
    const handled = handle(text);
    this.#given = undefined;
    void handled.catch((error: unknown) => failed(socket, error)).finally(() => this.#inHand.end(charge));
  }

  /** Whether a message is not too long for a socket that nobody knows yet, which is closed otherwise. */
  #mayBegin(socket: WebSocket, bytes: number): boolean {
    if (bytes <= this.#limits.firstBytes || !this.#waiting.has(socket)) return true;
    socket.close(MESSAGE_TOO_BIG, 'connection_init is too long');
    return false;
  }

  /** The socket counts as waiting no more. */
  #acknowledge(socket: WebSocket): void {
    const address = this.#waiting.get(socket);
    this.#waiting.delete(socket);
    if (address) this.#waitingPerAddress.give(address);
  }

  /** Sends; the promise holds until it has left this process, which is what slows down those who send. */
  async #send(socket: WebSocket, text: string): Promise<void> {
    if (socket.readyState !== socket.OPEN || !this.#reads(socket)) {
      // Told at once that it is sent, a feed that never pauses would keep the process from hearing that nobody is there.
      await new Promise<void>((resolve) => {
        if (socket.readyState === socket.CLOSED) setImmediate(resolve);
        else socket.once('close', () => resolve());
      });
      return;
    }
    await new Promise<void>((resolve, reject) => {
      socket.send(text, (error) => {
        this.#countUnread(socket);
        if (error) reject(error);
        else resolve();
      });
      this.#countUnread(socket);
    });
  }

  #countUnread(socket: WebSocket): void {
    if (socket.readyState === socket.OPEN) this.#unread.set(socket, socket.bufferedAmount);
  }

  /** Whether somebody reads at the other end; who has left too much unread is cut off. */
  #reads(socket: WebSocket): boolean {
    const isKnown = !this.#waiting.has(socket) && !this.#anonymous.has(socket);
    const { unreadBytes, anonymousUnreadBytes } = this.#limits;
    if (socket.bufferedAmount <= (isKnown ? unreadBytes : anonymousUnreadBytes)) return true;
    if (socket.readyState === socket.OPEN) {
      socket.close(TRY_AGAIN_LATER, 'SLOW_READER');
      // It will hardly read the close either: what is kept for it is freed.
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    }
    return false;
  }
}

/** Ends a socket at once: what is kept for it is needed now. */
function cut(socket: WebSocket, reason: string): void {
  logger().warn({ reason }, 'a socket was ended, since all of them together keep too much');
  socket.close(TRY_AGAIN_LATER, reason);
  socket.terminate();
}

function failed(socket: WebSocket, error: unknown): void {
  // The library's error for a type that only servers send, which nothing but its text tells from others.
  if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
    socket.close(CloseCode.BadRequest, 'Unexpected message type');
    return;
  }
  logger().warn({ err: error }, 'a message of a socket could not be handled');
  socket.close(CloseCode.InternalServerError, 'Internal server error');
}
