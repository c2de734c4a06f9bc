import { isAwsHost } from '../../protocol/index.js';

const PORT_443 = /^([^:]+):443$/;

/**
 * The host in the `host:port` of a CONNECT request. Undefined unless the port is 443 and the service stands in for that
 * AWS name.
 */
export function allowedHost(authority: string): string | undefined {
  const name = PORT_443.exec(authority)?.[1]?.toLowerCase();
  return name !== undefined && isAwsHost(name) ? name : undefined;
}
