/** What a device is told: a destination access token for services of a tunnel (section 9). */
export interface Notification {
  readonly thingName: string;
  /** The destination's access token. */
  readonly clientAccessToken: string;
  readonly region: string;
  readonly services: readonly string[];
}

/** The MQTT topic that a thing's agent subscribes to. */
export function topicOf(thingName: string): string {
  return `$aws/things/${thingName}/tunnels/notify`;
}

/** The message on that topic. */
export function payloadOf({ clientAccessToken, region, services }: Notification): string {
  return JSON.stringify({ clientAccessToken, clientMode: 'destination', region, services });
}
