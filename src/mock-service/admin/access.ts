import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback, isOfForeignPage } from '../http/index.js';
import { AdminError } from './errors.js';

/**
 * Checks whether a request may use the admin API. If the service has an admin token, the request must carry it. If not,
 * only programs and pages of this machine may use the API: the peer's address is loopback, and the request does not come
 * from a page of another site, not even by a link.
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
    const what = `The admin API answers only this machine, not ${remoteAddress}`;
    throw new AdminError('FORBIDDEN', `${what}; start the service with an admin token`);
  }
  // A proxy on this machine may pass on requests of other machines for an advertised name. They must be refused.
  const { host = '' } = request.headers;
  if (!isLoopback(host.replace(/:\d+$/, '').toLowerCase())) {
    const what = `Without an admin token, the admin API answers to loopback names, not to ${host.slice(0, 100)}`;
    throw new AdminError('FORBIDDEN', `${what}; use 127.0.0.1`);
  }
  if (isOfForeignPage(request.headers)) {
    throw new AdminError('FORBIDDEN', 'Pages of other sites may not use the admin API');
  }
}

function bears(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
