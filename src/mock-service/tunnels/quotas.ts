import { z } from 'zod';
import { type Immutable, ServiceError } from '../kit/index.js';

/**
 * AWS's quota of services for each tunnel (docs/protocol.md#the-life-of-a-tunnel). It applies only if given as an
 * option.
 */
export const DOCUMENTED_SERVICES_PER_TUNNEL = 3;

/** AWS publishes no figures for these limits. A service on one machine needs some. */
export const DEFAULT_MAX_OPEN_TUNNELS = 50_000;
export const DEFAULT_MAX_CLOSED_TUNNELS = 10_000;

/** Quotas. A quota on services that is not given does not apply. */
export const quotaSchema = z.strictObject({
  /** Services that a tunnel may have. */
  maxServicesPerTunnel: z.number().int().positive().optional(),
  /** Tunnels that may be open at once; 50 000 unless given. */
  maxOpenTunnels: z.number().int().positive().optional(),
  /** Closed tunnels that are kept; 10 000 unless given. Beyond, the one that was closed first is forgotten. */
  maxClosedTunnels: z.number().int().positive().optional(),
});

export type QuotaOptions = Immutable<z.infer<typeof quotaSchema>>;

/** @throws {ServiceError} LIMIT_EXCEEDED. */
export function checkServiceCount({ maxServicesPerTunnel }: QuotaOptions, count: number): void {
  if (maxServicesPerTunnel === undefined || count <= maxServicesPerTunnel) return;
  const what = `${count} services are more than the ${maxServicesPerTunnel} allowed`;
  throw new ServiceError('LIMIT_EXCEEDED', `${what}; name fewer or raise the limit`);
}

/** @throws {ServiceError} LIMIT_EXCEEDED. */
export function checkOpenTunnels(
  { maxOpenTunnels = DEFAULT_MAX_OPEN_TUNNELS }: QuotaOptions,
  open: number,
): void {
  if (open < maxOpenTunnels) return;
  const what = `${open} tunnels are open and the limit is ${maxOpenTunnels}`;
  throw new ServiceError('LIMIT_EXCEEDED', `${what}; close one or raise the limit`);
}
