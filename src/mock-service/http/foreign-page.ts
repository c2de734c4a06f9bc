import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request was sent by a page of another site than the service: browsers say so in Origin, and most of them in
 * Sec-Fetch-Site too, which no page can change. Programs send neither, or name the service itself.
 */
export function isOfForeignPage({ origin, host = '', ...headers }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return !isOriginOf(host, origin);
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Whether an origin is that of the host which a request names. Plain and TLS are the same service. */
export function isOriginOf(host: string, origin: string): boolean {
  if (!URL.canParse(origin)) return false; // 'null', for one
  const { protocol, host: given } = new URL(origin);
  const own = `${protocol}//${host}`;
  return (protocol === 'http:' || protocol === 'https:') && URL.canParse(own) && new URL(own).host === given;
}
