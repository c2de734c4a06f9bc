import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isAwsHost } from '../../protocol/index.js';
import { isLoopback } from './loopback.js';

/** An address in brackets or anything without a colon, and a port, which does not matter: it may have been forwarded. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+?)\.?)(?::\d{0,5})?$/;
/** Names below `localhost` are this machine (RFC 6761 6.3). */
const BELOW_LOCALHOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost$/;
/** Values of Host that were looked at and found to be own: nearly all requests have one of very few. */
const MAX_REMEMBERED = 64;

/**
 * The names under which the service answers. A page may have its own name lead to this machine (DNS rebinding), and the
 * browser then takes the service for the page's own site; so a name that nobody gave the service is refused. An address
 * cannot be rebound, so any will do: whoever asked for it has come here.
 */
export class OwnNames {
  readonly #names: ReadonlySet<string>;
  readonly #known = new Set<string>();

  /**
   * @param host what is listened on.
   * @param advertised further names that lead here.
   */
  constructor(host: string, advertised: readonly string[]) {
    // Listening on more than loopback is to be reached from elsewhere, by the name of the machine.
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

/** Whether a host name or address, in lower case, is this machine and nothing else. */
export function isOfThisMachine(name: string): boolean {
  return isLoopback(name) || BELOW_LOCALHOST.test(name);
}
