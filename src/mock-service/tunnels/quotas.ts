import { ServiceError } from '../kit/index.js';

/** AWS's quota of services a tunnel (docs/protocol.md#the-life-of-a-tunnel); off unless given as an option. */
export const DOCUMENTED_SERVICES_PER_TUNNEL = 3;

export interface QuotaOptions {
  /** Services that a tunnel may have. No limit unless given. */
  readonly maxServicesPerTunnel?: number | undefined;
  /** Tunnels that may be open at once. No limit unless given: AWS publishes no figure. */
  readonly maxOpenTunnels?: number | undefined;
}

/** @throws {ServiceError} LIMIT_EXCEEDED. */
export function checkServiceCount({ maxServicesPerTunnel }: QuotaOptions, count: number): void {
  if (maxServicesPerTunnel === undefined || count <= maxServicesPerTunnel) return;
  const what = `${count} services are more than the ${maxServicesPerTunnel} allowed`;
  throw new ServiceError('LIMIT_EXCEEDED', `${what}; name fewer or raise the limit`);
}

/** @throws {ServiceError} LIMIT_EXCEEDED. */
export function checkOpenTunnels({ maxOpenTunnels }: QuotaOptions, open: number): void {
  if (maxOpenTunnels === undefined || open < maxOpenTunnels) return;
  const what = `${open} tunnels are open and the limit is ${maxOpenTunnels}`;
  throw new ServiceError('LIMIT_EXCEEDED', `${what}; close one or raise the limit`);
}
