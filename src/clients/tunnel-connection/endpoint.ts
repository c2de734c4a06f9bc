import { dataPlaneHost } from '../../protocol/index.js';
import { ClientError } from '../errors.js';

/** The address of the service's data plane. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The text for logs and errors: `wss://host:port`. */
  readonly label: string;
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const HOST = /^[a-z0-9._-]{1,253}$/i;
const IPV6 = /^[0-9a-f:.]{2,45}$/i;
const REGION = /^[a-z0-9-]{1,64}$/;

/**
 * Reads `host`, `host:port`, `[ipv6]:port`, or the same after `ws://` or
 * `wss://`. Without a scheme it means TLS, as in the reference local proxy. The default port is 443, or 80 after `ws://`.
 * @throws {ClientError} INVALID_OPTION.
 */
export function parseEndpoint(text: string, option = 'endpoint'): Endpoint {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'ws' && scheme !== 'wss') {
    throw invalid(option, text, `scheme '${scheme}' is not known`);
  }
  const rest = text.replace(SCHEME, '').replace(/\/(tunnel\/?)?$/, '');
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(rest);
  const host = match?.[1] ?? match?.[2] ?? '';
  const valid = match?.[1] === undefined ? HOST.test(host) : IPV6.test(host);
  if (!valid) throw invalid(option, text, 'no host can be read from it');
  const tls = scheme !== 'ws';
  const port = match?.[3] === undefined ? (tls ? 443 : 80) : Number(match[3]);
  if (port < 1 || port > 65_535) throw invalid(option, text, `port ${port} is not within 1 to 65535`);
  return endpoint(host.toLowerCase(), port, tls);
}

/**
 * The public endpoint of an AWS region.
 * @throws {ClientError} INVALID_OPTION.
 */
export function endpointOfRegion(region: string): Endpoint {
  if (!REGION.test(region)) {
    const rule = 'a region has lower-case letters, digits and hyphens, as in us-east-1';
    throw new ClientError('INVALID_OPTION', `region '${region}' is not valid: ${rule}`);
  }
  return endpoint(dataPlaneHost(region), 443, true);
}

function endpoint(host: string, port: number, tls: boolean): Endpoint {
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return { host, port, tls, label: `${tls ? 'wss' : 'ws'}://${authority}` };
}

function invalid(option: string, text: string, reason: string): ClientError {
  const forms = 'write host:port, ws://host:port or wss://host:port';
  return new ClientError('INVALID_OPTION', `${option} '${text}' is not an endpoint: ${reason}; ${forms}`);
}
