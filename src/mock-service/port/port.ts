import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContext } from 'node:tls';
import type { Certificates } from '../certificates/index.js';

/** The first byte of a TLS record that carries a handshake. No HTTP method starts with it. */
const TLS_HANDSHAKE = 0x16;
/** A connection that sends no byte, or does not end its TLS handshake, is ended after this long, in milliseconds. */
const DEFAULT_HANDSHAKE_TIMEOUT_MS = 30_000;
/** H13: the guides say TLS 1.1; in practice the service requires 1.2. */
const OLDEST_TLS = 'TLSv1.2';
/** The server name for the certificate if the client sends none: it connects to an address, or is old. */
const DEFAULT_SERVER_NAME = 'localhost';

export interface PortOptions {
  /** Address or name to listen on. */
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly authority: Certificates;
  /** Gets every connection, decrypted, as if it listened itself. An HTTP server, or a server of `node:net`. */
  readonly http: HttpServer | Server;
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
 * Opens one port for plain and TLS (H13). The first byte of a connection tells which it is.
 * @throws {NodeJS.ErrnoException} EADDRINUSE, EACCES, ENOTFOUND … from `listen`.
 */
export async function openPort(options: PortOptions): Promise<OpenPort> {
  const sockets = new Set<Socket>();
  let certificates = options.authority;
  const handshakeTimeout = options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_TIMEOUT_MS;
  const fallback = await certificates.leaf(DEFAULT_SERVER_NAME);
  const tls = createTlsServer(
    {
      key: fallback.keyPem,
      cert: fallback.certificatePem,
      minVersion: OLDEST_TLS,
      handshakeTimeout,
      ALPNProtocols: ['http/1.1'],
      SNICallback: (name, done) => supplyContext(certificates, name, done),
    },
    (socket) => options.http.emit('connection', socket),
  );
  // A client that does not trust the CA ends its handshake here. That must not end the service.
  tls.on('tlsClientError', (error, socket) => {
    options.onTlsError?.(error);
    socket.destroy();
  });

  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    if (options.onConnection?.(socket) === false) socket.on('error', () => socket.destroy()).resume();
    else dispatch(socket, options, tls);
  };
  const server = createServer({ pauseOnConnect: false }, accept);
  await listen(server, options);
  const address = server.address() as AddressInfo;
  return {
    host: address.address,
    port: address.port,
    accept,
    async presents(others) {
      const { keyPem, certificatePem } = await others.leaf(DEFAULT_SERVER_NAME);
      certificates = others;
      tls.setSecureContext({ key: keyPem, cert: certificatePem, minVersion: OLDEST_TLS });
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function dispatch(socket: Socket, options: PortOptions, tls: Server): void {
  const giveUp = () => socket.destroy();
  const timeout = options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_TIMEOUT_MS;
  socket.setTimeout(timeout, giveUp);
  socket.on('error', giveUp);
  socket.once('readable', () => {
    const first: Buffer | null = socket.read();
    if (first === null) return void socket.destroy();
    socket.setTimeout(0);
    socket.off('timeout', giveUp);
    socket.unshift(first);
    const target = first[0] === TLS_HANDSHAKE ? tls : options.http;
    // From here on the server handles errors of the socket.
    target.emit('connection', socket);
    socket.off('error', giveUp);
  });
}

function supplyContext(
  certificates: Certificates,
  name: string,
  done: (error: Error | null, context?: SecureContext) => void,
): void {
  certificates.secureContext(name).then(
    (context) => done(null, context),
    (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
  );
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
