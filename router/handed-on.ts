import type { WebSocket } from 'ws';
import { REPORT_EVERY } from '../shared/live/event-window.ts';

/** Tells a subgraph how many events of its operations were handed on, by which it knows how many more it may send. */
export class HandedOn {
  readonly #unreported = new Map<string, number>();
  #socket: WebSocket | undefined;

  /** Reports go over this socket from now on; undefined: it is closed, and its operations with it. */
  use(socket: WebSocket | undefined): void {
    this.#socket = socket;
  }

  /** Counts one event of an operation. */
  add(id: string): void {
    const count = (this.#unreported.get(id) ?? 0) + 1;
    this.#unreported.set(id, count);
    if (count < REPORT_EVERY) return;
    this.#unreported.delete(id);
    // A pong may come unasked, and takes a payload: nothing else of the protocol does, but for the operations.
    if (this.#socket?.readyState !== this.#socket?.OPEN) return;
    this.#socket?.send(JSON.stringify({ type: 'pong', payload: { handedOn: { [id]: count } } }));
  }

  /** The operation is over. */
  forget(id: string): void {
    this.#unreported.delete(id);
  }
}
