import { ClientError } from '../errors.js';
import type { Endpoint } from './endpoint.js';
import { isExempt } from './no-proxy.js';

/** An HTTP proxy through which the client connects, by CONNECT. */
export interface WebProxy {
  /** Whether the proxy itself is reached by TLS. */
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
  /** `user:password` as the proxy gets them. */
  readonly credentials: string | undefined;
  /** The proxy's URL without credentials, for logs and errors. */
  readonly label: string;
}

const DEFAULT_PORT = 3128;
const PROXY_URL =
  /^(?:(https?):\/\/)?(?:(.*)@)?(?:\[([0-9a-f:.]+)\]|([^:/@[\]\s]+))(?::(\d{1,5}))?(?:\/.*)?$/is;

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

/** Credentials may hold any character, escaped or not: they end at the last `@`. A URL parser would end them at a `/`. */
function parseWebProxy(text: string, option: string): WebProxy {
  const [, scheme = 'http', credentials, address, name, digits] = PROXY_URL.exec(text.trim()) ?? [];
  const host = address ?? name;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    // The value may hold a password, so it is not repeated.
    const form = 'http://[user:password@]host:port, or https:// for a proxy that is reached by TLS';
    throw new ClientError('INVALID_OPTION', `${option} is not a proxy URL: write ${form}`);
  }
  const tls = scheme.toLowerCase() === 'https';
  const authority = address === undefined ? `${host}:${port}` : `[${host}]:${port}`;
  return {
    tls,
    host,
    port,
    credentials: credentials === undefined ? undefined : unescaped(credentials),
    label: `${tls ? 'https' : 'http'}://${authority}`,
  };
}

/** Escapes (`%40`) are resolved; a `%` that begins none stands for itself. */
function unescaped(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  const plain = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, 'latin1').toString();
}
