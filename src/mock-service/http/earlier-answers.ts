import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Keeps the order of answers on a connection. A client may send a request before the earlier ones are answered, and the
 * answers must come in order (RFC 9112, 9.3.2). Node keeps the order of its own answers, but not for an upgrade, a
 * CONNECT or a request that it cannot read.
 */
export class EarlierAnswers {
  /** The latest request of each connection that waits for its answer. */
  readonly #open = new WeakMap<Duplex, ServerResponse>();
  /** One listener serves all answers, because there may be thousands a second. */
  readonly #closed: (this: ServerResponse) => void;

  constructor() {
    const open = this.#open;
    this.#closed = function closed() {
      const { socket } = this.req;
      if (open.get(socket) === this) open.delete(socket);
    };
  }

  /** To be called for a request that node answers in its turn. */
  request(request: IncomingMessage, response: ServerResponse): void {
    this.#open.set(request.socket, response);
    response.on('close', this.#closed);
  }

  /**
   * Calls `run` when all earlier requests of a connection are answered. Never calls it if the connection ends with
   * that.
   */
  wait(socket: Duplex, run: () => void): void {
    const last = this.#open.get(socket);
    if (last === undefined) {
      run();
      return;
    }
    // Nobody else listens for errors meanwhile.
    socket.on('error', () => socket.destroy());
    last.once('close', () => {
      if (!socket.destroyed && socket.writable) run();
    });
  }
}
