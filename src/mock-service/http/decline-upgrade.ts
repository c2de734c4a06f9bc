import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TUNNEL_PATH } from '../../protocol/index.js';

/** After this many on one connection it is ended with the answer: each one lays a further reader over the socket. */
const MAX_DECLINED = 50;

/** Whether a request asks for an upgrade that the service does not make. */
function isDeclined({ headers, url }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() !== 'websocket' && url?.split('?', 1)[0] !== TUNNEL_PATH;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * For node 24.9 and later, which ask whether a request is to be handed out as an upgrade. One that is declined and has a
 * body is not: the newest versions would read the body themselves, and leave only what is behind it.
 */
export function isHandedOut(request: IncomingMessage): boolean {
  return !isDeclined(request) || !hasBody(request);
}

/** Node loses what came together with a request that was not handed out: with the answer, the client is told to ask anew. */
export function closeBehindDeclined(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
}

/**
 * Answers a request as if it had not asked for an upgrade, which any server may (RFC 9110 7.8): Java's HTTP client asks
 * each plain server for h2c. Node hands such requests out as upgrades once anybody listens for those, so the request
 * goes back to the server without the header, and what came behind it goes too.
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
