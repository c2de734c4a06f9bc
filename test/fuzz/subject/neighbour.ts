import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
  decodeMessage,
  encodeFrame,
  FrameReader,
  MessageType,
  message,
} from '../../../src/protocol/index.js';
import { within } from '../../support/within.js';
import { Finding } from '../finding.js';
import type { AdminApi } from './admin-api.js';
import { PATIENCE_MS } from './watched-process.js';

const SUBPROTOCOL = 'aws.iot.securetunneling-3.0';
const ADDRESS = { streamId: 7, serviceId: 'SSH', connectionId: 1 };

/**
 * An honest tunnel beside what is fuzzed. Each side sends bytes that count on, and each has to get every byte of the other, in
 * order, on a connection that nobody ends.
 */
export class Neighbour implements Disposable {
  readonly #source: End;
  readonly #destination: End;

  private constructor(
    readonly tunnelId: string,
    source: WebSocket,
    destination: WebSocket,
  ) {
    this.#source = new End('source', source);
    this.#destination = new End('destination', destination);
  }

  /** Opens a tunnel and joins it from both sides, over TLS with `ca`, plain without. */
  static async start(api: AdminApi, ca?: string): Promise<Neighbour> {
    const { tunnel, sourceAccessToken, destinationAccessToken } = await api.openTunnel(['SSH']);
    const destination = await connect(api, 'destination', destinationAccessToken, ca);
    const source = await connect(api, 'source', sourceAccessToken, ca);
    source.send(encodeFrame(message({ type: MessageType.STREAM_START, ...ADDRESS })));
    return new Neighbour(tunnel.id, source, destination);
  }

  /** Sends so many bytes each way, and waits until all have come. */
  async exchange(bytes = 1500): Promise<void> {
    const both = [this.#source.receive(bytes), this.#destination.receive(bytes)];
    this.#source.send(bytes);
    this.#destination.send(bytes);
    try {
      await within(Promise.all(both), "a neighbour's bytes", PATIENCE_MS);
    } catch (error) {
      throw new Finding(`The honest tunnel beside it: ${(error as Error).message}`);
    }
  }

  [Symbol.dispose](): void {
    this.#source.webSocket.terminate();
    this.#destination.webSocket.terminate();
  }
}

/** One side: what it has sent and received so far, as counters. */
class End {
  #sent = 0;
  #received = 0;
  #wanted = 0;
  #failure: Error | undefined;
  #settle: (() => void) | undefined;

  constructor(
    readonly side: string,
    readonly webSocket: WebSocket,
  ) {
    const reader = new FrameReader((bytes, start, end) => this.#take(bytes, start, end));
    webSocket.on('message', (data: Buffer) => reader.push(data));
    webSocket.on('error', (error) => this.#fail(error.message));
    webSocket.on('close', (code, reason) => this.#fail(`was ended with ${code} ${reason}`));
  }

  send(count: number): void {
    const payload = new Uint8Array(count).map((_, i) => byteAt(this.#sent + i));
    this.#sent += count;
    this.webSocket.send(encodeFrame(message({ type: MessageType.DATA, ...ADDRESS, payload })));
  }

  receive(count: number): Promise<void> {
    this.#wanted += count;
    return new Promise((resolve, reject) => {
      this.#settle = () => {
        if (this.#failure !== undefined) reject(this.#failure);
        else if (this.#received >= this.#wanted) resolve();
      };
      this.#settle();
    });
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    const { type, payload } = decodeMessage(bytes, start, end);
    if (type === MessageType.SERVICE_IDS || type === MessageType.STREAM_START) return;
    if (type !== MessageType.DATA) this.#fail(`was sent a message of type ${type}`);
    for (const byte of payload) {
      if (byte !== byteAt(this.#received)) this.#fail(`got ${byte} as byte ${this.#received}`);
      this.#received++;
    }
    this.#settle?.();
  }

  #fail(what: string): void {
    this.#failure ??= new Error(`its ${this.side} ${what}`);
    this.#settle?.();
  }
}

/** A prime is the period, so that no block that is lost or repeated goes unseen. */
function byteAt(position: number): number {
  return position % 251;
}

async function connect(api: AdminApi, side: string, token: string, ca?: string): Promise<WebSocket> {
  const scheme = ca === undefined ? 'ws' : 'wss';
  const webSocket = new WebSocket(
    `${scheme}://localhost:${api.port}/tunnel?local-proxy-mode=${side}`,
    SUBPROTOCOL,
    {
      headers: { 'access-token': token },
      perMessageDeflate: false,
      ...(ca !== undefined && { ca }),
    },
  );
  await within(once(webSocket, 'open'), 'a handshake', PATIENCE_MS);
  return webSocket;
}
