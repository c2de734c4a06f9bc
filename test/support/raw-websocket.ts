import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { within } from './within.js';

/**
 * A WebSocket client made of bytes written by hand: no `ws`, no code of the project. It can say whatever a test wants
 * said, and tells exactly what came.
 */

/** A frame as the service sent it. */
export interface RawFrame {
  readonly fin: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

/** An HTTP answer: its head, and for an answer that ends the connection, its body. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** One frame of a client: masked, unless told otherwise. */
export function rawFrame(
  opcode: number,
  payload: Uint8Array | string = '',
  options: { fin?: boolean; masked?: boolean; reserved?: number; mask?: Uint8Array } = {},
): Buffer {
  const { fin = true, masked = true, reserved = 0, mask = randomBytes(4) } = options;
  const bytes = Buffer.from(payload as Uint8Array);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  let head: Buffer;
  if (bytes.length < 126) {
    head = Buffer.from([first, maskBit | bytes.length]);
  } else if (bytes.length < 65_536) {
    head = Buffer.from([first, maskBit | 126, bytes.length >> 8, bytes.length & 0xff]);
  } else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(bytes.length), 2);
  }
  if (!masked) return Buffer.concat([head, bytes]);
  const hidden = bytes.map((byte, i) => byte ^ mask[i & 3]!);
  return Buffer.concat([head, mask, hidden]);
}

/** Payload of a close frame. */
export function closeBytes(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return payload;
}

/** The bytes of an upgrade request; `headers` may repeat names. */
export function upgradeRequest(target: string, headers: readonly (readonly [string, string])[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `GET ${target} HTTP/1.1\r\n${lines}\r\n`;
}

/** The headers without which nothing is a WebSocket handshake. */
export const UPGRADE_HEADERS: readonly (readonly [string, string])[] = [
  ['Host', 'localhost'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', SAMPLE_KEY],
  ['Sec-WebSocket-Version', '13'],
];

export class RawClient {
  readonly socket: Socket;
  #buffer = Buffer.alloc(0);
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#tell();
    });
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
    socket.on('error', (error) => {
      this.#error = error;
      this.#end();
    });
  }

  static connect(port: number, options: { host?: string; ca?: string } = {}): Promise<RawClient> {
    const { host = '127.0.0.1', ca } = options;
    const socket =
      ca === undefined ? connect(port, host) : connectTls({ port, host, ca, servername: 'localhost' });
    const client = new RawClient(socket);
    return within(
      new Promise((resolve, reject) => {
        socket.once(ca === undefined ? 'connect' : 'secureConnect', () => resolve(client));
        socket.once('error', reject);
      }),
      'a connection',
    );
  }

  /** Connects and shakes hands; fails where the answer is not 101. */
  static async open(
    port: number,
    options: {
      side: string;
      token: string;
      subprotocol?: string;
      host?: string;
      ca?: string;
      headers?: [string, string][];
    },
  ): Promise<RawClient> {
    const { side, token, subprotocol = 'aws.iot.securetunneling-3.0', headers = [] } = options;
    const client = await RawClient.connect(port, options);
    client.write(
      upgradeRequest(`/tunnel?local-proxy-mode=${side}`, [
        ...UPGRADE_HEADERS,
        ['Sec-WebSocket-Protocol', subprotocol],
        ['access-token', token],
        ...headers,
      ]),
    );
    const { status, body } = await client.answer();
    if (status !== 101) throw new Error(`The handshake was answered with ${status}: ${body}`);
    return client;
  }

  /** How the connection failed, if it did: ECONNRESET after a reset. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** What has come and was not asked for. */
  get unread(): Buffer {
    return this.#buffer;
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  binary(payload: Uint8Array): void {
    this.write(rawFrame(2, payload));
  }

  /** The next HTTP answer; its body too, unless it is a 101. */
  async answer(): Promise<Answer> {
    const { status, headers } = await this.answerHead();
    const length = Number(headers.get('content-length') ?? 0);
    await this.#until('the body of an answer', () => this.#buffer.length >= length);
    const body = this.#buffer.subarray(0, length).toString();
    this.#buffer = this.#buffer.subarray(length);
    return { status, headers, body };
  }

  /** Status and headers of the next HTTP answer. */
  async answerHead(): Promise<Omit<Answer, 'body'>> {
    await this.#until('the head of an answer', () => this.#buffer.includes('\r\n\r\n'));
    const end = this.#buffer.indexOf('\r\n\r\n');
    const [statusLine, ...lines] = this.#buffer.subarray(0, end).toString('latin1').split('\r\n');
    this.#buffer = this.#buffer.subarray(end + 4);
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    return { status: Number(statusLine!.split(' ')[1]), headers };
  }

  /** The next WebSocket frame. */
  async frame(): Promise<RawFrame> {
    await this.#until('a WebSocket frame', () => parseFrame(this.#buffer) !== undefined);
    const { frame, length } = parseFrame(this.#buffer)!;
    this.#buffer = this.#buffer.subarray(length);
    return frame;
  }

  /** Collects payloads of binary messages until they come to so many bytes. */
  async bytes(count: number): Promise<{ bytes: Buffer; messages: Buffer[] }> {
    const messages: Buffer[] = [];
    let total = 0;
    while (total < count) {
      const { opcode, payload } = await this.frame();
      if (opcode !== 2) throw new Error(`Opcode ${opcode} (${payload.toString('latin1')}) instead of data`);
      messages.push(payload);
      total += payload.length;
    }
    return { bytes: Buffer.concat(messages), messages };
  }

  /** Passes over data until the close frame. */
  async closeFrame(): Promise<{ code: number; reason: string }> {
    for (;;) {
      const { opcode, payload } = await this.frame();
      if (opcode !== 8) continue;
      return {
        code: payload.length < 2 ? 1005 : payload.readUInt16BE(0),
        reason: payload.toString('utf8', 2),
      };
    }
  }

  /** The service has ended TCP. */
  async end(): Promise<void> {
    await this.#until('the end of the connection', () => this.#ended, true);
  }

  destroy(): void {
    this.socket.destroy();
  }

  #until(what: string, done: () => boolean, evenEnded = false): Promise<void> {
    const check = async (): Promise<void> => {
      while (!done()) {
        if (this.#ended && !evenEnded) throw new Error(`The connection ended before ${what} came`);
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    };
    return within(check(), what);
  }

  #end(): void {
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

function parseFrame(bytes: Buffer): { frame: RawFrame; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const headLength = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < headLength) return undefined;
  const payloadLength =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const length = headLength + payloadLength;
  if (bytes.length < length) return undefined;
  const frame = {
    fin: (bytes[0]! & 0x80) !== 0,
    reserved: (bytes[0]! >> 4) & 7,
    opcode: bytes[0]! & 0x0f,
    masked: (bytes[1]! & 0x80) !== 0,
    payload: Buffer.from(bytes.subarray(headLength, length)),
  };
  return { frame, length };
}
