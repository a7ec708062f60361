import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { SharedBytes } from './shared-bytes.ts';

/** What a bracket, a comma or a colon may stand for once it is parsed, bytes: measured with objects within objects. */
const BYTES_PER_PART = 64;
const PARTS: ReadonlySet<number> = new Set(Array.from('[{,:', (each) => each.charCodeAt(0)));
/** What is kept of a message while its subscription lives: its text, and what was made of it. */
const KEPT = 4;
/** Of a frame of a client, bytes. */
const FRAME_HEAD = 6;

/** What one message counts as. */
export interface Charge {
  readonly socket: WebSocket;
  readonly length: number;
  bytes: number;
}

/**
 * What the messages of clients take, of all sockets together: while they arrive, while they are answered, and as long
 * as the subscriptions live that they began.
 */
export class MessagesInHand {
  readonly #held: SharedBytes<WebSocket>;
  /** Of messages that have not arrived in full. */
  readonly #arriving = new WeakMap<WebSocket, number>();

  /** @param max of all sockets together, bytes @param cut ends a socket at once */
  constructor(max: number, cut: (socket: WebSocket) => void) {
    this.#held = new SharedBytes(max, cut);
  }

  /**
   * Counts what arrives.
   * @param arrived told how many bytes of a message there are
   */
  watch(socket: WebSocket, raw: Duplex, arrived: (bytes: number) => void): void {
    raw.on('data', (chunk: Buffer) => {
      this.#arrive(socket, chunk.length);
      arrived(this.#arriving.get(socket) ?? 0);
    });
    // They may come between the frames of a message.
    for (const event of ['ping', 'pong'] as const) {
      socket.on(event, (data: Buffer) => this.#arrive(socket, -data.length - FRAME_HEAD));
    }
    socket.once('close', () => this.#held.forget(socket));
  }

  /** A message has arrived. */
  begin(socket: WebSocket, text: string): Charge {
    this.#arrive(socket, -(this.#arriving.get(socket) ?? 0));
    const charge = { socket, length: text.length, bytes: text.length + partsOf(text) * BYTES_PER_PART };
    this.#held.add(socket, charge.bytes);
    return charge;
  }

  /** Only what lives as long as its subscription is still there. */
  settle(charge: Charge): void {
    this.#change(charge, charge.length * KEPT);
  }

  end(charge: Charge): void {
    this.#change(charge, 0);
  }

  #change(charge: Charge, bytes: number): void {
    // A socket that is closed has nothing any more.
    if (charge.socket.readyState === charge.socket.OPEN) {
      this.#held.add(charge.socket, bytes - charge.bytes);
    }
    charge.bytes = bytes;
  }

  #arrive(socket: WebSocket, bytes: number): void {
    if (socket.readyState !== socket.OPEN) return;
    const before = this.#arriving.get(socket) ?? 0;
    const now = Math.max(0, before + bytes);
    this.#arriving.set(socket, now);
    this.#held.add(socket, now - before);
  }
}

function partsOf(text: string): number {
  let parts = 0;
  for (let at = 0; at < text.length; at += 1) if (PARTS.has(text.charCodeAt(at))) parts += 1;
  return parts;
}
