import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TUNNEL_PATH } from '../../protocol/index.js';

/**
 * After this many declined upgrades on one connection, the connection ends with the answer. Each declined upgrade adds
 * one more parser to the socket.
 */
const MAX_DECLINED = 50;

/** Whether a request asks for an upgrade that the service does not support. */
function isDeclined({ headers, url }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() !== 'websocket' && url?.split('?', 1)[0] !== TUNNEL_PATH;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Whether node may emit a request as an upgrade. Node 24.9 and later ask this. A declined request with a body must not be
 * emitted as an upgrade: the newest versions would read the body themselves, and leave only the bytes after it.
 */
export function isHandedOut(request: IncomingMessage): boolean {
  return !isDeclined(request) || !hasBody(request);
}

/**
 * Node loses the bytes that came in one chunk after a declined upgrade that it did not emit. So the connection closes
 * after the answer, and the client sends its next request again.
 */
export function closeBehindDeclined(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
}

/**
 * Answers a request as if it had not asked for an upgrade, as any server may (RFC 9110 7.8). For example, Java's HTTP
 * client asks each plain server for h2c. Node emits such a request as `upgrade` as soon as there is a listener for
 * that. So this puts the request back on the socket without the header, with the bytes that came after it, and the
 * server reads it again.
 */
export function declineUpgrade(server: Server) {
  const declined = new WeakMap<Socket, number>();
  return (request: IncomingMessage, socket: Socket, head: Buffer): boolean => {
    if (!isDeclined(request)) return false;
    const count = (declined.get(socket) ?? 0) + 1;
    declined.set(socket, count);
    const { method, url, httpVersion, rawHeaders } = request;
    let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      if (!/^(upgrade|http2-settings)$/i.test(rawHeaders[i]!))
        text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
    }
    if (count >= MAX_DECLINED) text += 'Connection: close\r\n';
    socket.setMaxListeners(0);
    socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
    server.emit('connection', socket);
    return true;
  };
}
