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

/** The number of characters that are kept of a refusal's body. */
const LONGEST_BODY = 4096;

/** The handshake of a peer. Fields that are not given keep the rules. */
export interface Asking {
  readonly url: string;
  readonly ca: string | undefined;
  readonly side: Side;
  readonly token: string;
  readonly path?: string;
  readonly mode?: string;
  readonly clientToken?: string;
  /** Default: the subprotocol of the version that is judged. `null` offers none. */
  readonly subprotocol?: string | null;
  /** Headers to add. A header with the value undefined is left out. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** A handshake that the service refused. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** Sends the handshake. Rejects only if no HTTP answer comes. If the wait is given up, no connection stays open. */
export function askForTunnel(asking: Asking): Wait<RawPeer | Refusal> {
  const { url, ca, side, path = TUNNEL_PATH, mode = side } = asking;
  const target = new URL(`${path}?${MODE_PARAMETER}=${mode}`, url);
  const secure = target.protocol === 'wss:' || target.protocol === 'https:';
  const options = {
    host: target.hostname,
    port: target.port,
    path: target.pathname + target.search,
    headers: headersOf(asking),
    // Its own connection, like that of a client.
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
      // The body may be incomplete, because the status is enough.
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
