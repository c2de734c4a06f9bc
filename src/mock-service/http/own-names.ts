import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isAwsHost } from '../../protocol/index.js';
import { isLoopback } from './loopback.js';

/**
 * A Host header: an IPv6 address in brackets or a name, and a port. Any port is accepted, because it may be a forwarded
 * one.
 */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+?)\.?)(?::\d{0,5})?$/;
/** Names below `localhost` mean this machine (RFC 6761 6.3). */
const BELOW_LOCALHOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost$/;
/** The number of accepted Host values that are cached. Nearly all requests have one of very few values. */
const MAX_REMEMBERED = 64;

/**
 * The names under which the service answers. A page of another site can let its own name resolve to this machine (DNS
 * rebinding). Then the browser takes the service for the page's own site. So the service refuses every name that nobody
 * gave it. It accepts every address, because an address cannot be rebound.
 */
export class OwnNames {
  readonly #names: ReadonlySet<string>;
  readonly #known = new Set<string>();

  /**
   * @param host the address or name that the service listens on.
   * @param advertised further names by which clients reach the service.
   */
  constructor(host: string, advertised: readonly string[]) {
    // A service that listens on more than loopback is reached from other machines, by the name of this machine.
    const own = isLoopback(host) ? [host] : [host, hostname()];
    this.#names = new Set([...own, ...advertised].map((name) => name.toLowerCase()));
  }

  /** Whether the value of a Host header names the service. */
  include(host: string): boolean {
    if (this.#known.has(host)) return true;
    if (!this.#judge(host)) return false;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.add(host);
    return true;
  }

  #judge(host: string): boolean {
    const [, address, name] = HOST.exec(host.toLowerCase()) ?? [];
    if (address !== undefined) return isIP(address) === 6;
    if (name === undefined) return false;
    return isOfThisMachine(name) || isIP(name) === 4 || isAwsHost(name) || this.#names.has(name);
  }
}

/** Whether a host name or address always means this machine. It must be in lower case. */
export function isOfThisMachine(name: string): boolean {
  return isLoopback(name) || BELOW_LOCALHOST.test(name);
}
