import { randomBytes } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import {
  ACCESS_TOKEN_HEADER,
  CLIENT_TOKEN_HEADER,
  decodeMessage,
  encodeFrame,
  FrameReader,
  type Message,
  MODE_PARAMETER,
  message,
  type Side,
  SUBPROTOCOLS,
  TUNNEL_PATH,
} from '../../protocol/index.js';
import { Queue } from '../trial/index.js';
import {
  type ClientFrame,
  ClientFrameReader,
  encodeServerFrame,
  Opcode,
  type ServerFrame,
} from '../wire/index.js';

/** How a peer asks for the tunnel; what is left out is as the rules want it. */
export interface Asking {
  readonly url: string;
  readonly ca: string | undefined;
  readonly side: Side;
  readonly token: string;
  readonly path?: string;
  readonly mode?: string;
  readonly clientToken?: string;
  readonly subprotocol?: string | null;
  /** Added, or, where undefined, left out. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** A handshake that the service refused. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** A WebSocket to the service under test, written and read frame by frame. */
export class RawPeer {
  readonly messages = new Queue<Message>();
  readonly pongs = new Queue<ClientFrame>();
  readonly frames: ClientFrame[] = [];
  readonly closed: Promise<void>;
  open = true;

  constructor(
    readonly socket: Duplex,
    readonly headers: NodeJS.Dict<string | string[]>,
    head: Buffer,
  ) {
    const reader = new FrameReader((bytes, start, end) =>
      this.messages.push(decodeMessage(Buffer.from(bytes.subarray(start, end)))),
    );
    const frames = new ClientFrameReader((frame) => {
      this.frames.push(frame);
      if (frame.opcode < 8) reader.push(frame.payload);
      if (frame.opcode === Opcode.PONG) this.pongs.push(frame);
      if (frame.opcode === Opcode.CLOSE) this.write({ opcode: Opcode.CLOSE, payload: frame.payload });
    });
    this.closed = new Promise((resolve) => {
      const end = (): void => {
        this.open = false;
        resolve();
      };
      socket.once('end', () => socket.end());
      socket.once('end', end);
      socket.once('close', end);
      socket.on('error', end);
    });
    if (head.length > 0) frames.push(head);
    socket.on('data', (chunk: Buffer) => frames.push(chunk));
  }

  /** Sends tunnel messages, each in a WebSocket message of its own. */
  send(...values: Partial<Message>[]): void {
    for (const fields of values) this.sendBytes(encodeFrame(message(fields)));
  }

  sendBytes(payload: Uint8Array): void {
    this.write({ opcode: Opcode.BINARY, payload });
  }

  write(frame: ServerFrame): void {
    if (!this.socket.destroyed) this.socket.write(encodeServerFrame({ ...frame, mask: randomBytes(4) }));
  }
}

/** Asks for the tunnel; rejects only where no HTTP answer comes. */
export function askForTunnel(asking: Asking): Promise<RawPeer | Refusal> {
  const { url, ca, side, token, path = TUNNEL_PATH, mode = side, clientToken, subprotocol } = asking;
  const target = new URL(`${path}?${MODE_PARAMETER}=${mode}`, url);
  const headers: Record<string, string | string[]> = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    [ACCESS_TOKEN_HEADER]: token,
    ...(subprotocol !== null && { 'Sec-WebSocket-Protocol': subprotocol ?? SUBPROTOCOLS[2]! }),
    ...(clientToken !== undefined && { [CLIENT_TOKEN_HEADER]: clientToken }),
  };
  for (const [name, value] of Object.entries(asking.headers ?? {})) {
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  }
  const secure = target.protocol === 'wss:' || target.protocol === 'https:';
  const options = {
    host: target.hostname,
    port: target.port,
    path: target.pathname + target.search,
    headers,
  };
  return new Promise((resolve, reject) => {
    const request = secure
      ? tlsRequest({ ...options, ...(ca !== undefined && { ca }) })
      : plainRequest(options);
    request.once('upgrade', (response, socket, head) => resolve(new RawPeer(socket, response.headers, head)));
    request.once('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        if (body.length < 4096) body += chunk.toString();
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.once('error', reject);
    request.end();
  });
}
