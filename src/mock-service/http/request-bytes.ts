import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Measures requests as they came over the wire (H5): node's parsed headers would hide folding, spaces and line ends.
 * What had been read from the connection before the request is remembered per socket.
 */
export class RequestBytes {
  readonly #before = new WeakMap<object, number>();
  /** One listener for all requests: there may be thousands a second. */
  readonly #ended: (this: IncomingMessage) => void;

  constructor() {
    const before = this.#before;
    this.#ended = function ended() {
      before.set(this.socket, this.socket.bytesRead);
    };
  }

  /** A connection begins. What was read and put back belongs to its first request. */
  connection(socket: Socket): void {
    this.#before.set(socket, socket.bytesRead - socket.readableLength);
  }

  /** A request that is no upgrade: the next one on its connection starts behind it. */
  request(request: IncomingMessage): void {
    request.on('end', this.#ended);
  }

  /** Bytes of an upgrade request; `head` is what was read behind it. */
  ofUpgrade(request: IncomingMessage, head: Buffer): number {
    const { socket } = request;
    const measured = socket.bytesRead - head.length - (this.#before.get(socket) ?? 0);
    // Requests that came in one piece cannot be told apart by what was read: this much it is in any case.
    return Math.max(measured, shortestSpelling(request));
  }
}

function shortestSpelling({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  const requestLine = Buffer.byteLength(`${method} ${url} HTTP/1.1\r\n`, 'latin1');
  const headers = rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text, 'latin1'), 0);
  // A colon and a line end for each name and value, and the empty line.
  return requestLine + headers + (rawHeaders.length / 2) * 3 + 2;
}
