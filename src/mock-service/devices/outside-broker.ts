import mqtt from 'mqtt';
import { ServiceError } from '../kit/index.js';
import type { Notification } from '../tunnels/index.js';
import type { Publisher } from './embedded-broker.js';
import { payloadOf, topicOf } from './notification.js';

const DEFAULT_MAX_QUEUED = 1000;
const RECONNECT_MS = 1000;

export interface OutsideBrokerOptions {
  /** `mqtt://host:port` or `mqtts://…`, with user and password if the broker needs them. */
  readonly url: string;
  /** How many notifications are kept while the broker cannot be reached. Further ones are refused. */
  readonly maxQueued?: number;
  /** Called each time the connection fails. It is tried again automatically. */
  readonly onError: (reason: string) => void;
}

/**
 * Connects to a broker that runs elsewhere. Returns at once: the broker need not be running yet.
 * @throws {ServiceError} INVALID_OPTION if the text is not an MQTT URL.
 */
export function connectOutsideBroker(options: OutsideBrokerOptions): Publisher {
  const { maxQueued = DEFAULT_MAX_QUEUED, onError } = options;
  const url = checkedUrl(options.url);
  const client = mqtt.connect(url.href, { reconnectPeriod: RECONNECT_MS, clean: true });
  // Only the host is reported, because the URL may hold a password.
  client.on('error', (error) =>
    onError(`${url.host}: ${error.message || (error as { code?: string }).code}`),
  );
  let queued = 0;
  return {
    async publish(notification: Notification) {
      if (queued >= maxQueued) {
        throw new Error(`${queued} notifications wait for ${url.host} already; check that this broker runs`);
      }
      queued += 1;
      try {
        await client.publishAsync(topicOf(notification.thingName), payloadOf(notification), { qos: 1 });
      } finally {
        queued -= 1;
      }
    },
    async close() {
      await client.endAsync(true);
    },
  };
}

const SCHEMES = ['mqtt:', 'mqtts:', 'tcp:', 'tls:', 'ws:', 'wss:'];

function checkedUrl(text: string): URL {
  if (URL.canParse(text) && SCHEMES.includes(new URL(text).protocol)) return new URL(text);
  throw new ServiceError(
    'INVALID_OPTION',
    'mqttUrl is not valid; give a URL such as mqtt://localhost:1883 or mqtts://user:password@host',
  );
}
