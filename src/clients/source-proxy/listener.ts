import { createServer, type Server, type Socket } from 'node:net';
import { ClientError, reasonOf } from '../errors.js';
import { serviceLabel } from '../service-mapping/index.js';

/** A local port for a service of the tunnel. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly server: Server;
}

/**
 * Listens for applications. Their sockets are paused at first, and stay half open when the application ends its half.
 * @throws {ClientError} LISTEN_FAILED.
 */
export function listen(
  service: string,
  host: string,
  port: number,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, accept);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
      const what = `Cannot listen on ${where} for ${serviceLabel(service)}: ${reasonOf(error)}`;
      reject(
        new ClientError('LISTEN_FAILED', `${what}; choose another port, or 0 for a free one`, {
          cause: error,
        }),
      );
    });
    server.listen({ host, port }, () => {
      server.on('error', () => undefined);
      const address = server.address();
      if (address === null || typeof address === 'string')
        throw new Error('A TCP listener has a TCP address');
      resolve({ host: address.address, port: address.port, server });
    });
  });
}
