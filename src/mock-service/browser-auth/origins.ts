import { isOfThisMachine } from '../http/index.js';
import { ServiceError } from '../kit/index.js';

/** Which pages may have a cookie set: by exact origin, or every loopback origin. */
export class AllowedOrigins {
  readonly #listed: ReadonlySet<string> | undefined;

  /**
   * @param listed Origins such as `https://app.example.com`; loopback origins, any scheme and port, unless given.
   * @throws {ServiceError} INVALID_OPTION for what is no origin, `*` included: browsers send no credentials to a wildcard.
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
  const what = `Origin '${origin}' is not valid; give scheme, host and port alone, such as http://localhost:4200`;
  throw new ServiceError('INVALID_OPTION', what);
}

/** A page from there is as trusted as a program of this machine. */
function isPageOfThisMachine(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: normal } = new URL(origin);
  if (normal !== origin || (protocol !== 'http:' && protocol !== 'https:')) return false;
  return isOfThisMachine(hostname);
}
