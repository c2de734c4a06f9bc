/** A message that tells the device of a tunnel (docs/protocol.md#telling-the-device). */
export interface TunnelNotification {
  readonly clientAccessToken: string;
  readonly region: string;
  readonly services: readonly string[];
}

/** The largest notification. It is far more than one with 3 services needs, and less than MQTT can carry. */
export const MAX_NOTIFICATION_BYTES = 16 * 1024;
const MAX_SERVICES = 64;
const TOKEN = /^[\x21-\x7e]{1,3500}$/;
const REGION = /^[a-z0-9-]{1,64}$/;
const SERVICE = /^[a-zA-Z0-9:_-]{1,128}$/;

/** Reads a notification. If it cannot be used, a string says why, without the token. */
export function parseNotification(payload: Uint8Array): TunnelNotification | string {
  if (payload.length > MAX_NOTIFICATION_BYTES) return `it has over ${MAX_NOTIFICATION_BYTES} bytes`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return 'it is not JSON';
  }
  if (typeof parsed !== 'object' || parsed === null) return 'it is not a JSON object';
  const { clientAccessToken, clientMode, region, services = [] } = parsed as Record<string, unknown>;
  if (clientMode !== 'destination') return 'its clientMode is not destination';
  if (!matches(clientAccessToken, TOKEN)) return 'its clientAccessToken is not a token';
  if (!matches(region, REGION)) return 'its region is not a region';
  if (!isServiceList(services)) return `its services are not a list of at most ${MAX_SERVICES} service ids`;
  return { clientAccessToken, region, services };
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isServiceList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_SERVICES && value.every((one) => matches(one, SERVICE));
}
