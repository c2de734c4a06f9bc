import { BlockList, isIP } from 'node:net';
import type { Endpoint } from './endpoint.js';

/** `[address]`, or a name, an address or a range; then perhaps a port. An IPv6 address without brackets has no port. */
const ENTRY = /^(?:\[([^\]]+)\]|([^:]+)|([0-9a-f:]*:[0-9a-f:.]*(?:\/\d+)?))(?::(\d+))?$/;
const RANGE = /^([0-9a-f:.]+)\/(\d{1,3})$/;

/**
 * Whether a list as in NO_PROXY exempts an endpoint. Entries are separated by commas or spaces: `*`, a host name with the
 * names below it, `.name` or `*.name` for the same, an address, a range of addresses (`10.0.0.0/8`), each perhaps with a port.
 */
export function isExempt(endpoint: Endpoint, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matches(endpoint, entry));
}

function matches({ host, port }: Endpoint, entry: string): boolean {
  if (entry === '*') return true;
  const [, bracketed, plain, address, wantedPort] = ENTRY.exec(entry) ?? [];
  if (wantedPort !== undefined && Number(wantedPort) !== port) return false;
  const wanted = bracketed ?? plain ?? address;
  if (wanted === undefined) return false;
  if (isIP(host) !== 0) return holdsAddress(wanted, host);
  const bare = wanted.replace(/^\*?\./, '').replace(/\.$/, '');
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`));
}

function holdsAddress(wanted: string, host: string): boolean {
  const [, base = wanted, bits] = RANGE.exec(wanted) ?? [];
  const family = isIP(base);
  if (family === 0 || family !== isIP(host)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(bits);
  if (prefix > width) return false;
  const range = new BlockList();
  range.addSubnet(base, prefix, type);
  return range.check(host, type);
}
