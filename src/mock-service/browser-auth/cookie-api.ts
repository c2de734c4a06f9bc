import type { TLSSocket } from 'node:tls';
import {
  AllowedOrigins,
  type Answer,
  type HttpHandler,
  jsonAnswer,
  pathOf,
  readBody,
  type WholeRequest,
  writeAnswer,
} from '../http/index.js';
import { ServiceError } from '../kit/index.js';
import { type CookieAttributes, checkCookieAttributes, isTokenShaped, tokenCookie } from './token-cookie.js';

/** The default path of the cookie API. */
export const DEFAULT_COOKIE_PATH = '/set-cookie';
const MAX_BODY_BYTES = 16 * 1024;

export interface CookieApiOptions {
  /** Default {@link DEFAULT_COOKIE_PATH}. */
  readonly path?: string | undefined;
  /** Default: every loopback origin. Never `*`. */
  readonly allowOrigins?: readonly string[] | undefined;
  readonly cookie?: CookieAttributes | undefined;
  /** The machine's time, in milliseconds since the epoch. */
  readonly wallClock?: () => number;
}

/** Sets an access token as a cookie. A page needs this because it cannot set a header (docs/protocol.md#browsers). */
export class CookieApi {
  readonly path: string;
  readonly #origins: AllowedOrigins;
  readonly #cookie: CookieAttributes;
  readonly #wallClock: () => number;

  /** @throws {ServiceError} INVALID_OPTION if an option is not valid. */
  constructor(options: CookieApiOptions = {}) {
    this.path = options.path ?? DEFAULT_COOKIE_PATH;
    if (!/^\/[\x21-\x3e\x40-\x7e]+$/.test(this.path)) {
      throw new ServiceError(
        'INVALID_OPTION',
        `Cookie path '${this.path}' is not valid; give a path such as ${DEFAULT_COOKIE_PATH}`,
      );
    }
    this.#origins = new AllowedOrigins(options.allowOrigins);
    this.#cookie = options.cookie ?? {};
    checkCookieAttributes(this.#cookie);
    this.#wallClock = options.wallClock ?? Date.now;
  }

  /** Whether pages of this origin may set the cookie and use it. */
  allows(origin: string): boolean {
    return this.#origins.allows(origin);
  }

  answer(request: WholeRequest, tls: boolean): Answer {
    const { origin } = request.headers;
    // A browser sends Origin with every request to another site. A request without it comes from a program, which needs
    // no permission.
    if (origin !== undefined && !this.allows(origin)) {
      return json(403, { message: `Origin ${origin.slice(0, 200)} is not allowed; add it to allowOrigins` });
    }
    const cors = origin === undefined ? {} : corsHeaders(origin);
    if (request.method === 'OPTIONS') return json(200, { message: 'Success' }, { ...cors, ...PREFLIGHT });
    if (request.method !== 'POST') {
      return json(405, { message: 'Use POST to set the cookie' }, { ...cors, allow: 'OPTIONS, POST' });
    }
    const token = tokenIn(request.body);
    if (token === undefined) {
      return json(400, { message: 'The body must be JSON: {"token": "<access token>"}' }, cors);
    }
    const cookie = tokenCookie(token, this.#cookie, tls, this.#wallClock());
    return json(200, { message: 'Success' }, { ...cors, 'set-cookie': cookie });
  }

  /** The route for its path, with any method. */
  readonly handle: HttpHandler = async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    if (pathOf(url) !== this.path) return false;
    let body: Buffer | undefined;
    try {
      body = await readBody(incoming, MAX_BODY_BYTES);
    } catch {
      // The page went away, so there is nobody to answer.
      response.destroy();
      return true;
    }
    if (body === undefined) {
      const tooLarge = json(413, { message: `The body is over ${MAX_BODY_BYTES} bytes` });
      writeAnswer(response, tooLarge, { close: true });
    } else {
      const tls = (incoming.socket as Partial<TLSSocket>).encrypted === true;
      writeAnswer(response, this.answer({ method, url, headers, body }, tls));
    }
    return true;
  };
}

const PREFLIGHT = {
  'access-control-allow-methods': 'OPTIONS,GET,POST',
  'access-control-allow-headers': 'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token',
};

function corsHeaders(origin: string): Record<string, string> {
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    const token =
      typeof parsed === 'object' && parsed !== null ? (parsed as { token?: unknown }).token : undefined;
    return isTokenShaped(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  // The answer depends on the origin, so no cache may give it to another origin.
  return jsonAnswer(status, body, { vary: 'Origin', 'cache-control': 'no-store', ...headers });
}
