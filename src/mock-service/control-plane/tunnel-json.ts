import type { Side } from '../../protocol/index.js';
import type { Tunnel } from '../tunnels/index.js';

/** A time in AWS JSON 1.1: seconds since the epoch, as a number. `ms` is in milliseconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1000;
}

export function tagList(tags: ReadonlyMap<string, string>): { key: string; value: string }[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** A tunnel as ListTunnels shows it. */
export function summaryOf(tunnel: Tunnel) {
  return {
    tunnelId: tunnel.id,
    tunnelArn: tunnel.arn,
    status: tunnel.status,
    description: tunnel.description,
    createdAt: epochSeconds(tunnel.createdAt),
    lastUpdatedAt: epochSeconds(tunnel.lastUpdatedAt),
  };
}

/** A tunnel as DescribeTunnel shows it. Members without a value are left out, as AWS does. */
export function tunnelJson(tunnel: Tunnel) {
  const { thingName, services, tags } = tunnel;
  const hasDestination = thingName !== undefined || services.length > 0;
  return {
    tunnelId: tunnel.id,
    tunnelArn: tunnel.arn,
    status: tunnel.status,
    description: tunnel.description,
    createdAt: epochSeconds(tunnel.createdAt),
    lastUpdatedAt: epochSeconds(tunnel.lastUpdatedAt),
    sourceConnectionState: connectionState(tunnel, 'source'),
    destinationConnectionState: connectionState(tunnel, 'destination'),
    destinationConfig: hasDestination ? { thingName, services } : undefined,
    timeoutConfig: { maxLifetimeTimeoutMinutes: tunnel.maxLifetimeMinutes },
    tags: tags.size > 0 ? tagList(tags) : undefined,
  };
}

function connectionState(tunnel: Tunnel, side: Side) {
  const { status, lastUpdatedAt } = tunnel.sideState(side);
  return { status, lastUpdatedAt: epochSeconds(lastUpdatedAt) };
}
