import { isAwsHost } from '../../protocol/index.js';

const PORT_443 = /^([^:]+):443$/;

/** The host of a CONNECT request's `host:port` if it is a name of AWS that the service stands in for, on port 443. */
export function allowedHost(authority: string): string | undefined {
  const name = PORT_443.exec(authority)?.[1]?.toLowerCase();
  return name !== undefined && isAwsHost(name) ? name : undefined;
}
