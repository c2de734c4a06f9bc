import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import {
  ACCESS_TOKEN_COOKIE,
  ACCESS_TOKEN_HEADER,
  CHANNEL_ID_HEADER,
  CLIENT_TOKEN_HEADER,
  MODE_PARAMETER,
  SUBPROTOCOL_DIALECTS,
  SUBPROTOCOLS,
} from '../../protocol/index.js';

/** A handshake as the service sees it. */
export interface Handshake {
  readonly method: string;
  readonly path: string;
  /** The value of `local-proxy-mode`. Undefined if it is absent. */
  readonly mode: string | undefined;
  /** Every value of every access token header and cookie. */
  readonly headerTokens: readonly string[];
  readonly cookieTokens: readonly string[];
  /** A token in the query. This is a dialect that the service accepts (docs/protocol.md#dialects). */
  readonly queryToken: string | undefined;
  readonly clientTokens: readonly string[];
  /** The offered subprotocols, in the client's spelling. */
  readonly offers: readonly string[];
  readonly key: string;
  /** The number of bytes of the request line and the headers. */
  readonly requestBytes: number;
  /** Everything that identifies the request. A retry with another identity is another request (H11). */
  readonly identity: string;
  /** Whether it came over TLS. */
  readonly isEncrypted: boolean;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly at: number;
}

export function readHandshake(request: IncomingMessage): Handshake {
  const url = new URL(request.url ?? '/', 'http://service');
  const headers = pairs(request.rawHeaders);
  const valuesOf = (name: string): string[] =>
    headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  const requestLine = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  const headerBytes = headers.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key, 'latin1') + Buffer.byteLength(value, 'latin1') + 4,
    0,
  );
  return {
    method: request.method ?? '',
    path: url.pathname,
    mode: url.searchParams.get(MODE_PARAMETER) ?? undefined,
    headerTokens: valuesOf(ACCESS_TOKEN_HEADER),
    cookieTokens: valuesOf('cookie').flatMap(tokensInCookie),
    queryToken: url.searchParams.get(ACCESS_TOKEN_HEADER) ?? undefined,
    clientTokens: valuesOf(CLIENT_TOKEN_HEADER),
    offers: valuesOf('sec-websocket-protocol').flatMap((value) =>
      value.split(',').map((part) => part.trim()),
    ),
    key: valuesOf('sec-websocket-key')[0] ?? '',
    requestBytes: Buffer.byteLength(requestLine, 'latin1') + headerBytes + 2,
    identity: JSON.stringify([
      request.url,
      headers.filter(([key]) => !/^(sec-websocket-key|date|traceparent)$/i.test(key)),
    ]),
    isEncrypted: (request.socket as Partial<TLSSocket>).encrypted === true,
    at: performance.now(),
  };
}

function tokensInCookie(cookie: string): string[] {
  return cookie
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${ACCESS_TOKEN_COOKIE}=`))
    .map((part) => part.slice(ACCESS_TOKEN_COOKIE.length + 1));
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) result.push([rawHeaders[i]!, rawHeaders[i + 1]!]);
  return result;
}

/** The subprotocol for a spelling. Undefined if the service does not speak it. */
export function subprotocolOf(spelling: string): string | undefined {
  return SUBPROTOCOLS.find((known) => known === spelling) ?? SUBPROTOCOL_DIALECTS.get(spelling);
}

/** How the scripted service answers a handshake. The default accepts. */
export interface HandshakeAnswer {
  /** Any status except 101 refuses the handshake. Default 101. */
  readonly status?: number;
  readonly body?: string;
  /** Headers to add to the usual ones. A header with the value undefined is left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The subprotocol in the answer, whatever was offered. null leaves the header out. */
  readonly subprotocol?: string | null;
  /** Bytes that are sent instead of an HTTP response. Then the connection is closed. */
  readonly raw?: Uint8Array;
  /** Closes the TCP connection without an answer. */
  readonly drop?: boolean;
  /** Keeps the TCP connection open and never answers. */
  readonly silent?: boolean;
  /** Writes the response in pieces of this many bytes. */
  readonly pieces?: number;
  /** Sends SERVICE_IDS in the same TCP segment as the response. */
  readonly mergeFirstMessage?: boolean;
}

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The subprotocol that the service answers by default: the highest that was offered (H6). */
export function highestOffered(handshake: Handshake): string | undefined {
  const rank = (spelling: string): number =>
    (SUBPROTOCOLS as readonly string[]).indexOf(subprotocolOf(spelling) ?? '');
  return [...handshake.offers].filter((o) => rank(o) >= 0).sort((a, b) => rank(b) - rank(a))[0];
}

/** The bytes of the response. */
export function responseBytes(
  handshake: Handshake,
  answer: HandshakeAnswer,
  subprotocol: string | undefined,
  channelId: string,
): Buffer {
  if (answer.raw !== undefined) return Buffer.from(answer.raw);
  const status = answer.status ?? 101;
  const headers: Record<string, string | undefined> =
    status === 101
      ? {
          Connection: 'upgrade',
          [CHANNEL_ID_HEADER]: channelId,
          upgrade: 'websocket',
          'sec-websocket-accept': createHash('sha1')
            .update(handshake.key + WEBSOCKET_GUID)
            .digest('base64'),
          'sec-websocket-protocol': subprotocol,
          ...answer.headers,
        }
      : {
          Connection: 'close',
          'Content-Type': 'text/plain',
          'Content-Length': String(Buffer.byteLength(answer.body ?? '')),
          ...answer.headers,
        };
  const lines = Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = status === 101 ? 'Switching Protocols' : 'Refused';
  return Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${answer.body ?? ''}`);
}
