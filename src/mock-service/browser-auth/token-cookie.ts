import { z } from 'zod';
import { ACCESS_TOKEN_COOKIE, TUNNEL_PATH } from '../../protocol/index.js';
import { type Immutable, ServiceError } from '../kit/index.js';

/** The attributes of the cookie. Some defaults depend on whether the connection uses TLS: see {@link tokenCookie}. */
export const cookieSchema = z.strictObject({
  /** Default: none. Then the cookie belongs to the host that set it, also if that is `localhost`. */
  domain: z.string().optional(),
  /**
   * Default over TLS: `None`, as in AWS's article. Default over plain HTTP: `Lax`, because browsers refuse `None`
   * there.
   */
  sameSite: z.enum(['None', 'Lax', 'Strict']).optional(),
  /** Default: true over TLS, false over plain HTTP. */
  secure: z.boolean().optional(),
  /** Default: two hours, as in AWS's article. */
  maxAgeSeconds: z.number().int().positive().optional(),
});

export type CookieAttributes = Immutable<z.infer<typeof cookieSchema>>;

const TWO_HOURS = 2 * 60 * 60;
/** Characters that a cookie may hold unquoted (RFC 6265 4.1.1). None of them can end the value or the header. */
const TOKEN = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,3000}$/;
const DOMAIN = /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i;

export function isTokenShaped(token: unknown): token is string {
  return typeof token === 'string' && TOKEN.test(token);
}

/** @throws {ServiceError} INVALID_OPTION for attributes that browsers refuse. */
export function checkCookieAttributes({ domain, maxAgeSeconds, sameSite, secure }: CookieAttributes): void {
  if (domain !== undefined && !DOMAIN.test(domain)) {
    throw new ServiceError(
      'INVALID_OPTION',
      `Cookie domain '${domain}' is not valid; give a host name such as example.com`,
    );
  }
  if (maxAgeSeconds !== undefined && !(Number.isInteger(maxAgeSeconds) && maxAgeSeconds > 0)) {
    throw new ServiceError(
      'INVALID_OPTION',
      `Cookie age ${maxAgeSeconds} is not valid; give a whole number of seconds above 0`,
    );
  }
  if (sameSite === 'None' && secure === false) {
    throw new ServiceError(
      'INVALID_OPTION',
      'A cookie with SameSite=None must be Secure, or browsers refuse it; change one of the two',
    );
  }
}

/** The Set-Cookie header (docs/protocol.md#browsers). `now` is the machine's time in milliseconds since the epoch. */
export function tokenCookie(token: string, attributes: CookieAttributes, tls: boolean, now: number): string {
  const { domain, maxAgeSeconds = TWO_HOURS, secure = attributes.sameSite === 'None' || tls } = attributes;
  const sameSite = attributes.sameSite ?? (secure ? 'None' : 'Lax');
  return [
    `${ACCESS_TOKEN_COOKIE}=${token}`,
    `Path=${TUNNEL_PATH}`,
    `Expires=${new Date(now + maxAgeSeconds * 1000).toUTCString()}`,
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    `SameSite=${sameSite}`,
    ...(secure ? ['Secure'] : []),
    'HttpOnly',
  ].join('; ');
}
