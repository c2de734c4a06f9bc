import type { z } from 'zod';
import { type StartedCapture, toFields } from '../capture/index.js';
import type { ReceivedFrame, Session } from '../data-plane/index.js';
import { ServiceError } from '../kit/index.js';
import type { StreamView } from '../rules/index.js';
import type { Tunnel } from '../tunnels/index.js';
import { AdminError } from './errors.js';
import type { AdminContext } from './route.js';
import type * as schemas from './schemas.js';

type View<S extends z.ZodType> = z.input<S>;

export function tunnelView(tunnel: Tunnel): View<typeof schemas.tunnel> {
  const { id, arn, status, services, description, thingName, createdAt, lastUpdatedAt } = tunnel;
  return {
    id,
    arn,
    status,
    services: [...services],
    ...(description !== undefined && { description }),
    ...(thingName !== undefined && { thingName }),
    tags: Object.fromEntries(tunnel.tags),
    createdAt,
    lastUpdatedAt,
    maxLifetimeMinutes: tunnel.maxLifetimeMinutes,
    source: tunnel.sideState('source'),
    destination: tunnel.sideState('destination'),
  };
}

export function sessionView(session: Session): View<typeof schemas.session> {
  const { tunnelId, side, channelId, subprotocol, received } = session;
  return { tunnelId, side, channelId, subprotocol, keptFrames: received.length };
}

export function streamView(tunnelId: string, stream: StreamView): View<typeof schemas.stream> {
  return { tunnelId, ...stream, connectionIds: [...stream.connectionIds] };
}

export function frameView({ index, frame, message }: ReceivedFrame): View<typeof schemas.receivedFrame> {
  const hex = Buffer.from(frame).toString('hex');
  return { index, hex, ...(message !== undefined && { message: toFields(message) }) };
}

export function captureView({
  id,
  running,
  bytes,
  frames,
  options,
  failure,
}: StartedCapture): View<typeof schemas.capture> {
  const { tunnelId, payloads = 'kept', file } = options;
  return {
    ...{ id, running, payloads, bytes, frames },
    ...(tunnelId !== undefined && { tunnelId }),
    ...(file !== undefined && { file }),
    ...(failure !== undefined && { failure }),
  };
}

/** @throws {ServiceError} TUNNEL_NOT_FOUND. */
export function findTunnel({ registry }: AdminContext, id: string): Tunnel {
  const tunnel = registry.get(id);
  if (tunnel !== undefined) return tunnel;
  throw new ServiceError('TUNNEL_NOT_FOUND', `There is no tunnel ${id.slice(0, 130)}; check its id`);
}

/** @throws {ServiceError} TUNNEL_NOT_FOUND. @throws {AdminError} INVALID_REQUEST, SESSION_NOT_FOUND. */
export function findSession(context: AdminContext, params: Readonly<Record<string, string>>): Session {
  const { tunnelId = '', side = '' } = params;
  findTunnel(context, tunnelId);
  if (side !== 'source' && side !== 'destination') {
    throw new AdminError('INVALID_REQUEST', `side: must be source or destination, not ${side.slice(0, 100)}`);
  }
  const session = context.dataPlane.session(tunnelId, side);
  if (session !== undefined) return session;
  throw new AdminError('SESSION_NOT_FOUND', `The ${side} of tunnel ${tunnelId} is not connected`);
}
