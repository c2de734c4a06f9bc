import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of another site sent a request. Browsers say so in Origin, and most of them also in Sec-Fetch-Site. A
 * page cannot change these headers. Programs send neither of them, or name the service itself.
 */
export function isOfForeignPage({ origin, host = '', ...headers }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return !isOriginOf(host, origin);
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Whether an origin belongs to the host in a request's Host header. Plain and TLS are the same service. */
export function isOriginOf(host: string, origin: string): boolean {
  if (!URL.canParse(origin)) return false; // for example 'null'
  const { protocol, host: given } = new URL(origin);
  const own = `${protocol}//${host}`;
  return (protocol === 'http:' || protocol === 'https:') && URL.canParse(own) && new URL(own).host === given;
}
