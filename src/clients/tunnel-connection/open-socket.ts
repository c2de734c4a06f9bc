import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { ClientError, reasonOf } from '../errors.js';
import { connectThrough } from './connect-through.js';
import type { Endpoint } from './endpoint.js';
import type { WebProxy } from './web-proxy.js';

/** The way to the endpoint. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly webProxy: WebProxy | undefined;
  /** Whom to trust, of the service and of a web proxy; undefined where neither speaks TLS. */
  readonly trust: SecureContext | undefined;
  /** Whether the certificate and its name are checked. */
  readonly verify: boolean;
}

/**
 * TCP keepalive finds a peer that vanished without closing. A missing pong cannot show this, because the service need not
 * answer pings (W3). In milliseconds.
 */
const TCP_KEEPALIVE_MS = 30_000;

/**
 * Opens the connection for the WebSocket: TCP, through a web proxy if there is one, then TLS.
 * @throws {ClientError} ENDPOINT_UNREACHABLE, PROXY_REFUSED or TLS_FAILED.
 */
export async function openSocket(route: Route, signal: AbortSignal): Promise<Socket> {
  const { endpoint, webProxy } = route;
  const tcp =
    webProxy === undefined
      ? await dial(endpoint, signal)
      : await connectThrough(webProxy, endpoint, route, signal);
  tcp.setNoDelay(true);
  tcp.setKeepAlive(true, TCP_KEEPALIVE_MS);
  return endpoint.tls ? secure(tcp, route, signal) : tcp;
}

function dial(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // The `signal` option of connect is not used, because it would destroy the socket even when it is in use later.
    const socket = connect({ host: endpoint.host, port: endpoint.port });
    const abort = (): void => {
      socket.destroy(new Error(reasonOf(signal.reason)));
    };
    const failed = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      const what = `endpoint ${endpoint.label} cannot be reached: ${reasonOf(error)}; check the address`;
      reject(new ClientError('ENDPOINT_UNREACHABLE', what, { cause: error }));
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
}

function secure(tcp: Socket, route: Route, signal: AbortSignal): Promise<Socket> {
  const { endpoint, trust, verify } = route;
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: tcp,
      secureContext: trust,
      rejectUnauthorized: verify,
      host: endpoint.host,
      ...(isIP(endpoint.host) === 0 && { servername: endpoint.host }),
    });
    const abort = (): void => {
      socket.destroy(new Error(reasonOf(signal.reason)));
    };
    const failed = (error: Error): void => {
      tcp.destroy();
      signal.removeEventListener('abort', abort);
      const advice = 'give its CA, or ws:// if it does not speak TLS';
      const what = `endpoint ${endpoint.label} cannot be trusted: ${reasonOf(error)}; ${advice}`;
      reject(new ClientError('TLS_FAILED', what, { cause: error }));
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      socket.off('error', failed);
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
}
