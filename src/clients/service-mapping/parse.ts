import type { Side } from '../../protocol/index.js';
import { ClientError } from '../errors.js';
import type { LocalAddress, ServiceMapping } from './types.js';

/** A mapping, as users give it: text, or an object or map from service id to port or address. */
export type ServiceMappingInput =
  | string
  | number
  | Readonly<Record<string, string | number>>
  | ReadonlyMap<string, string | number>;

const SERVICE_ID = /^[a-zA-Z0-9:_-]{1,128}$/;
const HOST_NAME = /^[a-zA-Z0-9._-]{1,253}$/;
const IPV6 = /^[0-9a-fA-F:.]{2,45}(%[\w.-]+)?$/;

/**
 * Reads `SSH=5555,HTTP=8080` or one bare entry. A source's addresses are `port` or
 * `host:port`; port 0 means a free port. A destination's addresses are `port`, `host:port`, `[ipv6]:port` or the path
 * of a Unix-domain socket.
 * @param option the name of the option that the user gave, for error messages.
 * @throws {ClientError} INVALID_MAPPING.
 */
export function parseServiceMapping(
  input: ServiceMappingInput,
  side: Side,
  option = 'services',
): ServiceMapping {
  const mapping = new Map<string, LocalAddress>();
  const entries = entriesOf(input, option);
  for (const [service, text] of entries) {
    if (service === '' && entries.length > 1) {
      throw invalid(option, text, 'only a single entry may leave out the service id; write SERVICE=PORT');
    }
    if (service !== '' && !SERVICE_ID.test(service)) {
      throw invalid(option, service, 'a service id has 1 to 128 letters, digits and : _ -');
    }
    if (mapping.has(service)) throw invalid(option, service, 'the service is mapped twice; keep one entry');
    mapping.set(service, parseAddress(text, side, option));
  }
  return mapping;
}

function entriesOf(input: ServiceMappingInput, option: string): [string, string][] {
  if (typeof input === 'object') {
    const pairs =
      input instanceof Map ? [...input] : Object.entries(input as Record<string, string | number>);
    return pairs.map(([service, address]) => [service, String(address).trim()]);
  }
  const items = String(input)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0)
    throw invalid(option, String(input), 'it is empty; write SERVICE=PORT or a bare port');
  return items.map((item) => {
    const at = item.indexOf('=');
    // A path may contain '=' too, so the text before it must look like a service id.
    if (at < 0 || item.slice(0, at).includes('/')) return ['', item];
    const service = item.slice(0, at).trim();
    if (service === '') throw invalid(option, item, 'the service id before = is missing');
    return [service, item.slice(at + 1).trim()];
  });
}

function parseAddress(text: string, side: Side, option: string): LocalAddress {
  if (text.includes('/')) {
    if (side === 'destination') return { path: text };
    throw invalid(option, text, 'a source listens on TCP only; write a port');
  }
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d+)$/.exec(text);
  const [, ipv6, name, digits] = match ?? [];
  const hostIsValid = (ipv6 === undefined || IPV6.test(ipv6)) && (name === undefined || HOST_NAME.test(name));
  if (digits === undefined || !hostIsValid) throw invalid(option, text, expected(side));
  const port = Number(digits);
  const least = side === 'source' ? 0 : 1;
  if (port < least || port > 65_535) throw invalid(option, text, `a port lies within ${least} and 65535`);
  return { host: ipv6 ?? name, port };
}

function expected(side: Side): string {
  return side === 'source' ? 'write a port or host:port' : 'write a port, host:port or the path of a socket';
}

function invalid(option: string, value: string, reason: string): ClientError {
  return new ClientError('INVALID_MAPPING', `${option} '${value}' is not a service mapping: ${reason}`);
}
