import {
  ACCESS_TOKEN_COOKIE,
  ACCESS_TOKEN_HEADER,
  CLIENT_TOKEN_HEADER,
  MODE_PARAMETER,
} from '../../protocol/index.js';
import { headerValues } from '../kit/index.js';

/** A handshake request as it was received. */
export interface HandshakeRequest {
  readonly method: string;
  /** Request target as sent: path and query, or absolute form. */
  readonly url: string;
  /** Header names and values, alternating, as in `rawHeaders` of node:http. None is merged or dropped. */
  readonly rawHeaders: readonly string[];
  /** Size of request line and headers as received, in bytes, including the empty line at their end (H5). */
  readonly requestBytes: number;
  readonly remoteAddress?: string;
}

/** The fields that the rules judge. Every occurrence is kept, because H3 and H7 limit how often a field may occur. */
export interface HandshakeFields {
  readonly path: string;
  readonly modes: readonly string[];
  readonly headerTokens: readonly string[];
  readonly cookieTokens: readonly string[];
  /** Tokens in the query, as some public clients send them (docs/protocol.md#dialects). */
  readonly queryTokens: readonly string[];
  readonly clientTokens: readonly string[];
  readonly subprotocols: readonly string[];
}

/** Reads a handshake. It accepts any input and never throws: parts that it cannot read are left out. */
export function readHandshake(request: HandshakeRequest): HandshakeFields {
  const { path, query } = splitTarget(request.url);
  const parameters = query.split('&').map(readParameter);
  const headers = (name: string) => headerValues(request.rawHeaders, name);
  return {
    path,
    modes: valuesOf(parameters, MODE_PARAMETER),
    headerTokens: headers(ACCESS_TOKEN_HEADER),
    cookieTokens: valuesOf(headers('cookie').flatMap(readCookies), ACCESS_TOKEN_COOKIE),
    queryTokens: valuesOf(parameters, ACCESS_TOKEN_HEADER),
    clientTokens: headers(CLIENT_TOKEN_HEADER),
    subprotocols: headers('sec-websocket-protocol')
      .flatMap((value) => value.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  };
}

type Pair = readonly [name: string, value: string];

function valuesOf(pairs: readonly Pair[], name: string): string[] {
  return pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
}

/** RFC 9112 3.2.2: a server must accept the absolute form too, although clients send it only to proxies. */
function splitTarget(url: string): { path: string; query: string } {
  const target = url.replace(/^(?:https?|wss?):\/\/[^/?#]*/i, '');
  const questionMark = target.indexOf('?');
  if (questionMark < 0) return { path: target, query: '' };
  return { path: target.slice(0, questionMark), query: target.slice(questionMark + 1) };
}

function readParameter(text: string): Pair {
  const equals = text.indexOf('=');
  if (equals < 0) return [decode(text), ''];
  return [decode(text.slice(0, equals)), decode(text.slice(equals + 1))];
}

/** A plus sign is kept, not decoded to a space: base64 uses it, and no name or value here has spaces. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readCookies(header: string): Pair[] {
  return header.split(';').map((text) => {
    const equals = text.indexOf('=');
    if (equals < 0) return ['', text.trim()];
    const value = text.slice(equals + 1).trim();
    return [text.slice(0, equals).trim(), value.replace(/^"(.*)"$/, '$1')];
  });
}
