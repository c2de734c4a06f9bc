import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { ClientError, reasonOf } from '../errors.js';
import type { Endpoint } from './endpoint.js';

/** An HTTP proxy through which the client connects, by CONNECT. */
export interface WebProxy {
  readonly url: URL;
  /** The proxy's URL without credentials, for logs and errors. */
  readonly label: string;
}

const DEFAULT_PORT = 3128;

/**
 * The web proxy for an endpoint: the given one, or that of `https_proxy` or `HTTPS_PROXY`. These variables do not apply
 * if `no_proxy` or `NO_PROXY` names the host, or if the endpoint is plain `ws://`, because they are about TLS.
 * @throws {ClientError} INVALID_OPTION.
 */
export function webProxyFor(
  endpoint: Endpoint,
  given: string | false | undefined,
  environment: NodeJS.ProcessEnv,
): WebProxy | undefined {
  if (given === false) return undefined;
  if (given !== undefined) return parseWebProxy(given, 'webProxy');
  const inherited = environment.https_proxy ?? environment.HTTPS_PROXY ?? '';
  if (!endpoint.tls || inherited === '') return undefined;
  if (isExempt(endpoint, environment.no_proxy ?? environment.NO_PROXY ?? '')) return undefined;
  return parseWebProxy(inherited, 'HTTPS_PROXY');
}

function parseWebProxy(text: string, option: string): WebProxy {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || url.hostname === '' || !/^https?:$/.test(url.protocol)) {
    // The value may hold a password, so it is not repeated.
    throw new ClientError(
      'INVALID_OPTION',
      `${option} is not a proxy URL: write http://[user:password@]host:port`,
    );
  }
  if (!/^[a-z]+:\/\/[^/]*:\d+(\/|$)/i.test(full)) url.port = String(DEFAULT_PORT);
  return { url, label: `${url.protocol}//${url.host}` };
}

function isExempt(endpoint: Endpoint, list: string): boolean {
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (port !== undefined && Number(port) !== endpoint.port) return false;
      const bare = name.replace(/^\*?\./, '');
      return name === '*' || endpoint.host === bare || endpoint.host.endsWith(`.${bare}`);
    });
}

/**
 * Asks the proxy for a connection to the endpoint.
 * @throws {ClientError} ENDPOINT_UNREACHABLE or PROXY_REFUSED.
 */
export function connectThrough(proxy: WebProxy, endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  const { url } = proxy;
  const target = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  const authority = `${target}:${endpoint.port}`;
  const credentials = Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`);
  return new Promise((resolve, reject) => {
    const ask = (url.protocol === 'https:' ? secureRequest : request)({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      agent: false,
      headers: {
        host: authority,
        ...(url.username !== '' && { 'proxy-authorization': `Basic ${credentials.toString('base64')}` }),
      },
    });
    // The `signal` option of request is not used, because it would destroy the socket even when it is in use later.
    const abort = (): void => {
      ask.destroy(new Error(reasonOf(signal.reason)));
    };
    signal.addEventListener('abort', abort, { once: true });
    ask.once('close', () => signal.removeEventListener('abort', abort));
    const refuse = (status: number | undefined): void =>
      reject(
        new ClientError(
          'PROXY_REFUSED',
          `web proxy ${proxy.label} answered ${status} to CONNECT ${authority}; allow it there, or set NO_PROXY`,
        ),
      );
    ask.on('connect', (response, socket, head) => {
      signal.removeEventListener('abort', abort);
      if (response.statusCode === undefined || response.statusCode < 200 || response.statusCode > 299) {
        socket.destroy();
        refuse(response.statusCode);
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    ask.on('response', (response) => {
      response.destroy();
      refuse(response.statusCode);
    });
    ask.on('error', (error) => {
      const what = `web proxy ${proxy.label} cannot be reached: ${reasonOf(error)}; check HTTPS_PROXY`;
      reject(new ClientError('ENDPOINT_UNREACHABLE', what, { cause: error }));
    });
    ask.end();
  });
}
