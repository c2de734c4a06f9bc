import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificates } from '../certificates/index.js';
import { dispatcher, type MqttEntrance } from './dispatch.js';
import { HTTP_ROLE, shown, type TlsRole, tlsOptions } from './tls-role.js';

/** A connection that sends no byte, or does not end its TLS handshake, is ended after this long, in milliseconds. */
const DEFAULT_HANDSHAKE_TIMEOUT_MS = 30_000;

export interface PortOptions {
  /** Address or name to listen on. */
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly authority: Certificates;
  /** Gets every connection, decrypted, as if it listened itself. An HTTP server, or a server of `node:net`. */
  readonly http: HttpServer | Server;
  /** Gets those that speak MQTT. All go to `http` unless given. */
  readonly mqtt?: MqttEntrance;
  /** Default: that of a port for HTTP. */
  readonly tlsRole?: TlsRole;
  readonly handshakeTimeoutMs?: number;
  /**
   * Called for each connection before a byte is read. If it returns `false`, the connection stays open but gets no
   * answer.
   */
  readonly onConnection?: (socket: Socket) => boolean;
  /** Called when a TLS handshake fails. Most often the client does not trust the certificate. */
  readonly onTlsError?: (error: Error) => void;
}

/** A listener that serves TLS and plain connections. */
export interface OpenPort {
  readonly host: string;
  readonly port: number;
  /** Takes a connection that was accepted elsewhere (such as a CONNECT tunnel), as if it had been accepted here. */
  accept(socket: Socket): void;
  /** Uses these certificates for all later connections. */
  presents(certificates: Certificates): Promise<void>;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/**
 * Opens one port for plain and TLS (H13), and for HTTP and MQTT. The first bytes of a connection tell which it is.
 * @throws {NodeJS.ErrnoException} EADDRINUSE, EACCES, ENOTFOUND … from `listen`.
 */
export async function openPort(options: PortOptions): Promise<OpenPort> {
  const { http, mqtt, tlsRole = HTTP_ROLE, handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS } = options;
  const sockets = new Set<Socket>();
  let certificates = options.authority;
  const tls = createTlsServer({
    ...(await tlsOptions(tlsRole, () => certificates)),
    handshakeTimeout: handshakeTimeoutMs,
  });
  // A client that does not trust the CA ends its handshake here. That must not end the service.
  tls.on('tlsClientError', (error, socket) => {
    options.onTlsError?.(error);
    socket.destroy();
  });
  const { dispatch, dispatchSecured } = dispatcher({ http, tls, mqtt, timeoutMs: handshakeTimeoutMs });
  tls.on('secureConnection', dispatchSecured);

  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    if (options.onConnection?.(socket) === false) socket.on('error', () => socket.destroy()).resume();
    else dispatch(socket);
  };
  const server = createServer({ pauseOnConnect: false }, accept);
  await listen(server, options);
  const address = server.address() as AddressInfo;
  return {
    host: address.address,
    port: address.port,
    accept,
    async presents(others) {
      const context = await shown(tlsRole, others);
      certificates = others;
      tls.setSecureContext(context);
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, options: PortOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
