import type { Notification } from '../tunnels/index.js';

/** The MQTT topic that a thing's agent subscribes to. */
export function topicOf(thingName: string): string {
  return `$aws/things/${thingName}/tunnels/notify`;
}

/** The message on that topic. */
export function payloadOf({ clientAccessToken, region, services }: Notification): string {
  return JSON.stringify({ clientAccessToken, clientMode: 'destination', region, services });
}
