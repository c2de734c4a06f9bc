import { ServiceError } from '../kit/index.js';
import { isOfThisMachine } from './own-names.js';

/** The origins whose pages are trusted: an exact list, or all loopback origins. */
export class AllowedOrigins {
  readonly #listed: ReadonlySet<string> | undefined;

  /**
   * @param listed Origins such as `https://app.example.com`. Default: loopback origins with any scheme and port.
   * @throws {ServiceError} INVALID_OPTION if a text is not an origin. `*` is not one: browsers send no credentials with
   * it.
   */
  constructor(listed?: readonly string[]) {
    this.#listed = listed === undefined ? undefined : new Set(listed.map(checkedOrigin));
  }

  /** Whether the value of an Origin header is allowed. */
  allows(origin: string): boolean {
    return this.#listed?.has(origin) ?? isPageOfThisMachine(origin);
  }
}

function checkedOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  const what = `Origin '${origin}' is not valid; give only scheme, host and port, such as http://localhost:4200`;
  throw new ServiceError('INVALID_OPTION', what);
}

/** A page from this machine is trusted like a program on this machine. */
function isPageOfThisMachine(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: normal } = new URL(origin);
  if (normal !== origin || (protocol !== 'http:' && protocol !== 'https:')) return false;
  return isOfThisMachine(hostname);
}
