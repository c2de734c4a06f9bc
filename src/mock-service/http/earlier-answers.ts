import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Requests may come before the earlier ones are answered, and their answers come in order (RFC 9112, 9.3.2). Node sees to that,
 * but not for what leaves it: an upgrade, a CONNECT, a request that it cannot read.
 */
export class EarlierAnswers {
  /** The latest request of each connection that waits for its answer. */
  readonly #open = new WeakMap<Duplex, ServerResponse>();
  /** One listener for all answers: there may be thousands a second. */
  readonly #closed: (this: ServerResponse) => void;

  constructor() {
    const open = this.#open;
    this.#closed = function closed() {
      const { socket } = this.req;
      if (open.get(socket) === this) open.delete(socket);
    };
  }

  /** A request that node answers in its turn. */
  request(request: IncomingMessage, response: ServerResponse): void {
    this.#open.set(request.socket, response);
    response.on('close', this.#closed);
  }

  /** Calls `run` once everything that came before on a connection is answered; never, if the connection ends with that. */
  wait(socket: Duplex, run: () => void): void {
    const last = this.#open.get(socket);
    if (last === undefined) {
      run();
      return;
    }
    // Nobody else listens meanwhile.
    socket.on('error', () => socket.destroy());
    last.once('close', () => {
      if (!socket.destroyed && socket.writable) run();
    });
  }
}
