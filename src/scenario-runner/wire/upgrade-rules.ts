import type { IncomingMessage } from 'node:http';

/** Why a request is not an opening handshake, and the status of the answer. */
export interface UpgradeBreach {
  readonly status: 400 | 426;
  readonly what: string;
}

/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
export const WEBSOCKET_VERSION = '13';

/** What is wrong with a request by RFC 6455, 4.2.1. Undefined if nothing is wrong. */
export function breachOfUpgrade({
  method,
  httpVersion,
  rawHeaders,
}: Pick<IncomingMessage, 'method' | 'httpVersion' | 'rawHeaders'>): UpgradeBreach | undefined {
  const of = (name: string): string[] => {
    const values = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name);
    return values.map((value) => value.trim());
  };
  const invalid = (what: string): UpgradeBreach => ({ status: 400, what });
  if (method !== 'GET') return invalid(`the method is ${method} instead of GET`);
  if (httpVersion !== '1.1') return invalid(`the version is HTTP/${httpVersion} instead of HTTP/1.1`);
  if (of('host').length !== 1) return invalid(`${of('host').length} Host headers instead of one`);
  if (!names(of('upgrade'), 'websocket')) return invalid('the Upgrade header does not name websocket');
  if (!names(of('connection'), 'upgrade')) return invalid('the Connection header does not name Upgrade');
  const versions = of('sec-websocket-version');
  if (versions.length > 1) return invalid('more than one Sec-WebSocket-Version header');
  if (versions[0] !== WEBSOCKET_VERSION) {
    return { status: 426, what: `Sec-WebSocket-Version is '${versions[0] ?? ''}' instead of 13` };
  }
  const keys = of('sec-websocket-key');
  if (keys.length !== 1) return invalid(`${keys.length} Sec-WebSocket-Key headers instead of one`);
  if (!KEY.test(keys[0]!)) return invalid('Sec-WebSocket-Key is not 16 bytes in base64');
  return undefined;
}

/** Whether one of the lists contains a token. The case does not matter. */
function names(lists: readonly string[], token: string): boolean {
  return lists.some((list) => list.split(',').some((part) => part.trim().toLowerCase() === token));
}
