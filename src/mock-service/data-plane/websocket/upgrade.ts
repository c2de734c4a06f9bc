import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { headerValues } from '../../kit/index.js';

/** RFC 6455 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** The WebSocket version of RFC 6455. A client that asks for another version is told this one (4.4). */
const VERSION = '13';
/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** Why an upgrade request is refused, and the answer. */
export interface UpgradeFault {
  readonly status: 400 | 426;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is wrong with an upgrade request by RFC 6455 4.2.1; undefined if nothing is. */
export function upgradeFault(request: IncomingMessage): UpgradeFault | undefined {
  const values = (name: string) => headerValues(request.rawHeaders, name);
  if (request.method !== 'GET')
    return bad(`Invalid method: a WebSocket handshake is a GET, not ${request.method}`);
  if (request.httpVersion !== '1.1') return bad(`Invalid HTTP version ${request.httpVersion}: use 1.1`);
  if (values('host').length !== 1) return bad('Invalid Host header: send one');
  if (!hasToken(values('connection'), 'upgrade'))
    return bad('Invalid Connection header: it must name Upgrade');
  if (!hasToken(values('upgrade'), 'websocket')) return bad('Invalid Upgrade header: it must be websocket');
  const versions = values('sec-websocket-version');
  if (versions.length !== 1) return bad('Invalid Sec-WebSocket-Version header: send one');
  if (versions[0] !== VERSION) {
    const reason = `Invalid Sec-WebSocket-Version header: use ${VERSION}`;
    return { status: 426, reason, headers: { 'sec-websocket-version': VERSION } };
  }
  const keys = values('sec-websocket-key');
  if (keys.length !== 1 || !KEY.test(keys[0]!))
    return bad('Invalid Sec-WebSocket-Key header: send one, of 16 bytes in base64');
  return undefined;
}

function bad(reason: string): UpgradeFault {
  return { status: 400, reason, headers: {} };
}

/** The correct `Sec-WebSocket-Accept` for a request. */
export function acceptKey(request: IncomingMessage): string {
  const key = request.headers['sec-websocket-key'] ?? '';
  return createHash('sha1').update(`${key}${GUID}`).digest('base64');
}

function hasToken(values: readonly string[], token: string): boolean {
  return values.some((value) => value.split(',').some((part) => part.trim().toLowerCase() === token));
}
