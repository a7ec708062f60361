import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort, until } from './platform.ts';

/** A connection to a server that a test can cut, or let go silent. */
export class UnsteadyWire {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number, target: number) {
    this.port = port;
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.on('data', (chunk) => far.write(chunk));
      far.on('data', (chunk) => near.write(chunk));
    });
  }

  /** @param target port of the server on this machine */
  static async to(target: number): Promise<UnsteadyWire> {
    const wire = new UnsteadyWire(await freePort(), target);
    wire.#server.listen(wire.port, '127.0.0.1');
    await until(() => wire.#server.listening);
    return wire;
  }

  /** Breaks every connection, without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Lets everything vanish that comes on the connections of this moment, which stay open. */
  silence(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').resume();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }
}
