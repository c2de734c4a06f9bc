import { rawFrame, UPGRADE_HEADERS, upgradeRequest } from '../../support/raw-websocket.js';
import type { HostileSocket } from '../subject/hostile-socket.js';
import type { FuzzedService } from '../subject/service.js';

export const VERSIONS = ['1.0', '2.0', '3.0'] as const;
export type Version = (typeof VERSIONS)[number];
export const SIDES = ['source', 'destination'] as const;
export type Side = (typeof SIDES)[number];

/** The upgrade request of a client that does nothing wrong. */
export function handshake(side: Side, token: string, version: Version): string {
  return upgradeRequest(`/tunnel?local-proxy-mode=${side}`, [
    ...UPGRADE_HEADERS,
    ['Sec-WebSocket-Protocol', `aws.iot.securetunneling-${version}`],
    ['access-token', token],
  ]);
}

/** A side of a tunnel: its handshake is sent, and answered. */
export async function join(
  service: FuzzedService,
  side: Side,
  token: string,
  { tls, version }: { tls: boolean; version: Version },
): Promise<HostileSocket> {
  const socket = service.connect(tls);
  socket.write(handshake(side, token, version));
  await socket.answered();
  return socket;
}

/** Opens a tunnel for one input, and forgets it behind it. */
export async function withTunnel<T>(
  service: FuzzedService,
  services: readonly string[],
  work: (tunnel: { id: string; source: string; destination: string }) => Promise<T>,
): Promise<T> {
  const { tunnel, sourceAccessToken, destinationAccessToken } = await service.api.openTunnel(services);
  const result = await work({
    id: tunnel.id,
    source: sourceAccessToken,
    destination: destinationAccessToken,
  });
  await service.api.forgetTunnel(tunnel.id);
  return result;
}

/** Bytes laid out in masked binary frames of these sizes; what is left over goes in one of its own. */
export function inFrames(bytes: Uint8Array, sizes: readonly number[]): Buffer {
  const frames: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    frames.push(rawFrame(2, bytes.subarray(at, at + size)));
    at += size;
  }
  if (at < bytes.length) frames.push(rawFrame(2, bytes.subarray(at, at + 131_076)));
  return Buffer.concat(frames);
}
