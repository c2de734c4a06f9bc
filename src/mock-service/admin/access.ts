import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../http/index.js';
import { AdminError } from './errors.js';

/**
 * Whether a request may use the admin API. With a token, whoever bears it. Without one, programs and pages of this
 * machine alone: the peer is loopback, and neither another site's page nor a name that was rebound to loopback asks.
 * @throws {AdminError} UNAUTHORIZED, FORBIDDEN.
 */
export function checkAccess(request: IncomingMessage, adminToken: string | undefined): void {
  if (adminToken !== undefined) {
    if (!bears(request.headers.authorization, adminToken)) {
      throw new AdminError('UNAUTHORIZED', 'Send the admin token: Authorization: Bearer TOKEN');
    }
    return;
  }
  const { remoteAddress = '' } = request.socket;
  if (!isLoopback(remoteAddress.replace(/^::ffff:/, ''))) {
    const what = `The admin API answers this machine alone, not ${remoteAddress}; start the service with an`;
    throw new AdminError('FORBIDDEN', `${what} admin token`);
  }
  // DNS rebinding: a page's own host name leads here, and the browser takes us for its site.
  const { host = '', origin } = request.headers;
  if (!isLoopback(hostnameOf(host))) {
    const what = `The admin API answers to loopback names, not to ${host.slice(0, 100)}; use 127.0.0.1`;
    throw new AdminError('FORBIDDEN', what);
  }
  if (origin !== undefined && hostOf(origin) !== host) {
    throw new AdminError('FORBIDDEN', `Pages of ${origin.slice(0, 100)} may not use the admin API`);
  }
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new AdminError('FORBIDDEN', 'Pages of other sites may not use the admin API');
  }
}

function bears(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined; // 'null', for one
  }
}
