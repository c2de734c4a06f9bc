import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { ClientError, reasonOf } from '../errors.js';
import type { Endpoint } from './endpoint.js';
import type { WebProxy } from './web-proxy.js';

/** How a web proxy that is reached by TLS is trusted: as the service is. */
export interface ProxyTrust {
  readonly trust: SecureContext | undefined;
  readonly verify: boolean;
}

/**
 * Asks a web proxy for a connection to the endpoint.
 * @throws {ClientError} ENDPOINT_UNREACHABLE, TLS_FAILED or PROXY_REFUSED; each says that it is about the web proxy.
 */
export function connectThrough(
  proxy: WebProxy,
  endpoint: Endpoint,
  { trust, verify }: ProxyTrust,
  signal: AbortSignal,
): Promise<Socket> {
  const target = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  const authority = `${target}:${endpoint.port}`;
  const { credentials } = proxy;
  const basic = credentials === undefined ? undefined : Buffer.from(credentials).toString('base64');
  const options: RequestOptions = {
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...(basic !== undefined && { 'proxy-authorization': `Basic ${basic}` }) },
  };
  return new Promise((resolve, reject) => {
    // An agent would ignore createConnection.
    const ask = request(
      proxy.tls
        ? { ...options, createConnection: () => dialTls(proxy, { trust, verify }) }
        : { ...options, agent: false },
    );
    // The `signal` option of request is not used, because it would destroy the socket even when it is in use later.
    const abort = (): void => {
      ask.destroy(new Error(reasonOf(signal.reason)));
    };
    signal.addEventListener('abort', abort, { once: true });
    ask.once('close', () => signal.removeEventListener('abort', abort));
    let isConnected = false;
    ask.once('socket', (socket) => {
      socket.once(proxy.tls ? 'secureConnect' : 'connect', () => {
        isConnected = true;
      });
    });
    ask.on('connect', (response, socket, head) => {
      signal.removeEventListener('abort', abort);
      const { statusCode = 0 } = response;
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        reject(refusal(proxy, authority, response));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    ask.on('response', (response) => {
      response.destroy();
      reject(refusal(proxy, authority, response));
    });
    ask.on('error', (error) => reject(failure(proxy, error, isConnected)));
    ask.end();
  });
}

function dialTls({ host, port }: WebProxy, { trust, verify }: ProxyTrust): Socket {
  return connectTls({
    host,
    port,
    secureContext: trust,
    rejectUnauthorized: verify,
    ...(isIP(host) === 0 && { servername: host }),
  });
}

function refusal(proxy: WebProxy, authority: string, { statusCode, headers }: IncomingMessage): ClientError {
  const said = `web proxy ${proxy.label} answered ${statusCode} to CONNECT ${authority}`;
  return new ClientError('PROXY_REFUSED', `${said}; ${adviceFor(proxy, statusCode, headers)}`);
}

/** Node's parser has checked that header values are printable. */
function adviceFor(proxy: WebProxy, status: number | undefined, headers: IncomingMessage['headers']): string {
  if (status !== 407) return 'allow it there, or set NO_PROXY';
  const offered = String(headers['proxy-authenticate'] ?? 'Basic').slice(0, 100);
  if (!/(^|,\s*)basic\b/i.test(offered)) {
    return `it wants the authentication '${offered}', and this client knows Basic alone; ask for Basic, or set NO_PROXY`;
  }
  return proxy.credentials === undefined
    ? 'it wants credentials: write http://user:password@host:port'
    : 'it refuses these credentials; check user and password';
}

function failure(proxy: WebProxy, error: Error, isConnected: boolean): ClientError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = reasonOf(error);
  const isTls = proxy.tls && !isConnected && /CERT|SIGNED|SIGNATURE|SSL|TLS|EPROTO|ECONNRESET/.test(code);
  if (isTls) {
    const what = `web proxy ${proxy.label} cannot be trusted: ${reason}; give its CA, or http:// if it speaks no TLS`;
    return new ClientError('TLS_FAILED', what, { cause: error });
  }
  const what = `web proxy ${proxy.label} cannot be reached: ${reason}; check HTTPS_PROXY`;
  return new ClientError('ENDPOINT_UNREACHABLE', what, { cause: error });
}
