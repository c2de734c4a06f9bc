import { randomBytes } from 'node:crypto';
import { type ClientRequest, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import {
  ACCESS_TOKEN_HEADER,
  CLIENT_TOKEN_HEADER,
  MODE_PARAMETER,
  type Side,
  TUNNEL_PATH,
} from '../../protocol/index.js';
import { Wait } from '../trial/index.js';
import { RawPeer } from './raw-peer.js';

/** Of a refusal's body, so many characters are kept. */
const LONGEST_BODY = 4096;

/** How a peer asks for the tunnel; what is left out is as the rules want it. */
export interface Asking {
  readonly url: string;
  readonly ca: string | undefined;
  readonly side: Side;
  readonly token: string;
  readonly path?: string;
  readonly mode?: string;
  readonly clientToken?: string;
  /** Default: that of the version judged. `null`: none is offered. */
  readonly subprotocol?: string | null;
  /** Added, or, where undefined, left out. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** A handshake that the service refused. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** Asks for the tunnel; rejects only where no HTTP answer comes. One that is given up leaves no connection behind. */
export function askForTunnel(asking: Asking): Wait<RawPeer | Refusal> {
  const { url, ca, side, path = TUNNEL_PATH, mode = side } = asking;
  const target = new URL(`${path}?${MODE_PARAMETER}=${mode}`, url);
  const secure = target.protocol === 'wss:' || target.protocol === 'https:';
  const options = {
    host: target.hostname,
    port: target.port,
    path: target.pathname + target.search,
    headers: headersOf(asking),
    // A connection of its own, as a client has.
    agent: false as const,
  };
  return new Wait((resolve, reject) => {
    let isOver = false;
    const request: ClientRequest = secure
      ? tlsRequest({ ...options, ...(ca !== undefined && { ca }) })
      : plainRequest(options);
    request.once('upgrade', (response, socket, head) => {
      if (isOver) socket.destroy();
      else resolve(new RawPeer(socket, response.headers, head));
    });
    request.once('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        if (body.length < LONGEST_BODY) body += chunk.toString();
      });
      // Whether it came whole: the status says enough.
      response.once('close', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    request.end();
    return () => {
      isOver = true;
      request.destroy();
    };
  });
}

function headersOf({ token, clientToken, subprotocol, headers: more = {} }: Asking): Headers {
  const headers: Headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    [ACCESS_TOKEN_HEADER]: token,
    ...(subprotocol != null && { 'Sec-WebSocket-Protocol': subprotocol }),
    ...(clientToken !== undefined && { [CLIENT_TOKEN_HEADER]: clientToken }),
  };
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  }
  return headers;
}

type Headers = Record<string, string | string[]>;
