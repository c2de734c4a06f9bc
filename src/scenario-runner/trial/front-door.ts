import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Authority } from '../../mock-service/certificates/index.js';
import { type OpenPort, openPort } from '../../mock-service/port/index.js';
import type { Address } from '../adapters/index.js';

/** Receives the handshakes that arrive at a port. */
export interface Receiver {
  upgrade(request: IncomingMessage, socket: Duplex): void;
  /** A request arrived that is not a handshake. */
  stray(what: string): void;
}

/** An HTTP server that gives every handshake to a receiver and answers everything else with 400. */
export function handshakeServer(receiver: () => Receiver | undefined, held?: Receiver['upgrade']): Server {
  const http = createServer({ maxHeaderSize: 64 * 1024 });
  http.on('upgrade', (request, socket, head) => {
    // A client may send bytes after its request before the answer comes.
    if (head.length > 0) socket.unshift(head);
    const to = receiver();
    if (to === undefined) held?.(request, socket);
    else to.upgrade(request, socket);
  });
  http.on('request', (request, response) => {
    receiver()?.stray(`${request.method} ${request.url} without upgrade`);
    response.writeHead(400, { connection: 'close' }).end('Upgrade to WebSocket is required');
  });
  http.on('clientError', (error, socket) => {
    receiver()?.stray(`a request that is not HTTP: ${error.message}`);
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return http;
}

interface Held {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
}

interface DoorState {
  readonly waiting: Set<Held>;
  receiver: Receiver | undefined;
  onArrival: () => void;
}

/**
 * One port for all scenarios of a run, for a client that somebody else starts. Handshakes between two scenarios wait,
 * and so do those that come before a scenario has set its answer. So a client that reconnects at once finds an open
 * port.
 */
export class FrontDoor implements AsyncDisposable {
  readonly address: Address;
  readonly #port: OpenPort;
  readonly #state: DoorState;

  /** @throws {NodeJS.ErrnoException} EADDRINUSE, EADDRNOTAVAIL … if the runner cannot listen on the address. */
  static async open({ host, port }: Address, authority: Authority): Promise<FrontDoor> {
    const state: DoorState = { waiting: new Set(), receiver: undefined, onArrival: () => {} };
    const hold = (request: IncomingMessage, socket: Duplex): void => {
      const held = { request, socket };
      state.waiting.add(held);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => state.waiting.delete(held));
      state.onArrival();
    };
    const http = handshakeServer(() => state.receiver, hold);
    return new FrontDoor(await openPort({ host, port, authority, http }), state);
  }

  private constructor(port: OpenPort, state: DoorState) {
    this.#port = port;
    this.#state = state;
    this.address = { host: port.host, port: port.port };
  }

  /** Resolves when the handshake of a client waits. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#state.onArrival = resolve;
      if (this.#state.waiting.size > 0) resolve();
    });
  }

  /** From now on handshakes go to this receiver. Those that wait come first. */
  letsIn(receiver: Receiver): void {
    this.#state.receiver = receiver;
    for (const held of this.#state.waiting) {
      this.#state.waiting.delete(held);
      receiver.upgrade(held.request, held.socket);
    }
  }

  /** Handshakes wait again. */
  shuts(): void {
    this.#state.receiver = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#port.close();
  }
}
