import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  ACCESS_TOKEN_HEADER,
  encodedLength,
  LENGTH_PREFIX_BYTES,
  MessageType,
  MODE_PARAMETER,
  message,
  type Side,
  SUBPROTOCOL_OF,
  TUNNEL_PATH,
} from '../../src/protocol/index.js';
import { PayloadCounter } from './payload-counter.js';
import type { RelayReady } from './relay-ready.js';

/** The size of the SERVICE_IDS frame that the service sends first (S1), in bytes. */
export const GREETING_BYTES =
  LENGTH_PREFIX_BYTES +
  encodedLength(message({ type: MessageType.SERVICE_IDS, availableServiceIds: ['SSH'] }));

/** Opens one side's WebSocket by hand, so that the load generator only writes and counts bytes. */
export async function openWebSocket(relay: RelayReady, side: Side): Promise<Socket> {
  const socket = connect({ port: relay.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const token = relay.tokens ? `${ACCESS_TOKEN_HEADER}: ${relay.tokens[side]}\r\n` : '';
  socket.write(
    `GET ${TUNNEL_PATH}?${MODE_PARAMETER}=${side} HTTP/1.1\r\nhost: 127.0.0.1:${relay.port}\r\n` +
      'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
      `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: ${SUBPROTOCOL_OF.V3}\r\n` +
      `${token}\r\n`,
  );
  let answer = Buffer.alloc(0);
  while (!answer.includes('\r\n\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer = Buffer.concat([answer, chunk]);
  }
  const end = answer.indexOf('\r\n\r\n') + 4;
  const status = answer.subarray(0, answer.indexOf('\r\n')).toString();
  if (!status.includes(' 101 ')) throw new Error(`The relay refused the handshake: ${answer.toString()}`);
  socket.pause();
  if (end < answer.length) socket.unshift(answer.subarray(end));
  return socket;
}

/** Opens a plain TCP connection. */
export async function openTcp(relay: RelayReady): Promise<Socket> {
  const socket = connect({ port: relay.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Writes a chunk `times` times, as fast as the socket takes it. */
export async function send(socket: Socket, chunk: Buffer, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    if (!socket.write(chunk)) await once(socket, 'drain');
  }
}

/** Reads a socket and counts the bytes: payload bytes of WebSocket frames, or raw bytes. */
export class Arrivals {
  readonly #counter = new PayloadCounter();
  #raw = 0;
  #wanted = 0;
  #reached: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(socket: Socket, isWebSocket: boolean) {
    socket.on('data', (chunk: Buffer) => {
      try {
        if (isWebSocket) this.#counter.push(chunk);
        else this.#raw += chunk.length;
        this.#check();
      } catch (error) {
        this.#failed?.(error as Error);
      }
    });
    socket.on('close', () => this.#failed?.(new Error('The relay has dropped the connection')));
    socket.resume();
  }

  /** Resolves when this many bytes have arrived since the start. */
  async total(bytes: number): Promise<void> {
    this.#wanted = bytes;
    const reached = new Promise<void>((resolve, reject) => {
      this.#reached = resolve;
      this.#failed = reject;
    });
    this.#check();
    await reached;
  }

  #check(): void {
    if (this.#counter.bytes + this.#raw >= this.#wanted) this.#reached?.();
  }
}
