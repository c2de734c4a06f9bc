import { ServiceError } from '../kit/index.js';

/** Hosts that are this machine and nothing else; a page from there is as trusted as a program on it. */
const LOOPBACK = /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

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
    return this.#listed?.has(origin) ?? isLoopback(origin);
  }
}

function checkedOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  const what = `Origin '${origin}' is not valid; give scheme, host and port alone, such as http://localhost:4200`;
  throw new ServiceError('INVALID_OPTION', what);
}

function isLoopback(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: normal } = new URL(origin);
  return normal === origin && (protocol === 'http:' || protocol === 'https:') && LOOPBACK.test(hostname);
}
