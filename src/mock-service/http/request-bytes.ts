import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Measures the size of requests on the wire (H5). Node's parsed headers cannot be measured instead, because they hide
 * folding, spaces and line ends. For each socket, it remembers how many bytes were read before the request.
 */
export class RequestBytes {
  readonly #before = new WeakMap<object, number>();
  /** One listener serves all requests, because there may be thousands a second. */
  readonly #ended: (this: IncomingMessage) => void;

  constructor() {
    const before = this.#before;
    this.#ended = function ended() {
      before.set(this.socket, this.socket.bytesRead);
    };
  }

  /** To be called when a connection begins. Bytes that were read and put back belong to its first request. */
  connection(socket: Socket): void {
    this.#before.set(socket, socket.bytesRead - socket.readableLength);
  }

  /** To be called for a request that is no upgrade. The next request on its connection begins after it. */
  request(request: IncomingMessage): void {
    request.on('end', this.#ended);
  }

  /** The size of an upgrade request in bytes. `head` holds the bytes that were read after it. */
  ofUpgrade(request: IncomingMessage, head: Buffer): number {
    const { socket } = request;
    const measured = socket.bytesRead - head.length - (this.#before.get(socket) ?? 0);
    // If several requests came in one chunk, the measured value is too small. The request has at least this size.
    return Math.max(measured, shortestSpelling(request));
  }
}

function shortestSpelling({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  const requestLine = Buffer.byteLength(`${method} ${url} HTTP/1.1\r\n`, 'latin1');
  const headers = rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text, 'latin1'), 0);
  // A colon and a line end for each name and value, and the empty line.
  return requestLine + headers + (rawHeaders.length / 2) * 3 + 2;
}
