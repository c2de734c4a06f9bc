import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { TUNNEL_PATH } from '../../protocol/index.js';

/**
 * Answers a request as if it had not asked for an upgrade, which any server may (RFC 9110 7.8): Java's HTTP client asks
 * each plain server for h2c. Node hands such requests out as upgrades once anybody listens for those, so the request
 * goes back to the server without the header.
 */
export function declineUpgrade(server: Server) {
  return (request: IncomingMessage, socket: Socket, head: Buffer): boolean => {
    const wanted = request.headers.upgrade?.toLowerCase();
    const path = request.url?.split('?', 1)[0];
    if (wanted === 'websocket' || path === TUNNEL_PATH) return false;
    const { method, url, httpVersion, rawHeaders } = request;
    let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      if (!/^(upgrade|http2-settings)$/i.test(rawHeaders[i]!))
        text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
    }
    socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
    server.emit('connection', socket);
    return true;
  };
}
