import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { TUNNEL_PATH } from '../../protocol/index.js';

/** Whether a request asks for an upgrade that the service does not make. */
export function isDeclined({ headers, url }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() !== 'websocket' && url?.split('?', 1)[0] !== TUNNEL_PATH;
}

/**
 * Answers a request as if it had not asked for an upgrade, which any server may (RFC 9110 7.8): Java's HTTP client asks
 * each plain server for h2c. Node hands such requests out as upgrades once anybody listens for those, so the request
 * goes back to the server without the header. Node 24.9 and later ask before: see the server's options.
 */
export function declineUpgrade(server: Server) {
  return (request: IncomingMessage, socket: Socket, head: Buffer): boolean => {
    if (!isDeclined(request)) return false;
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
