import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Authority } from '../certificates/index.js';
import { listen } from '../port/index.js';
import type { Notification } from '../tunnels/index.js';
import { DeviceConnection } from './device-connection.js';
import { limitKeptSessions } from './kept-sessions.js';
import { payloadOf, topicOf } from './notification.js';

/** AWS IoT's limit on the size of a message. */
const MAX_PACKET_BYTES = 128 * 1024;
/** How many bytes may wait for a device. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** How many messages may wait to be passed to subscribers. If there are more, a client that publishes is disconnected. */
const MAX_MESSAGES_WAITING = 200;
/** AWS IoT's limits on the subscriptions of a connection and on the length of a topic. */
const MAX_SUBSCRIPTIONS = 50;
const MAX_TOPIC_LENGTH = 256;
/** The largest payload of a device's will message. */
const MAX_WILL_BYTES = 4096;
const MAX_CLIENTS = 1000;
/** AWS IoT's limit on a client id. */
const MAX_CLIENT_ID_LENGTH = 128;
const DRAIN_TIMEOUT_MS = 10_000;

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly authority: Authority;
  /** How long a device may take for its TLS handshake, and then for its CONNECT, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  readonly maxClients?: number;
}

/** Sends notifications to a broker. */
export interface Publisher {
  /** Resolves when the broker has the message. */
  publish(notification: Notification): Promise<void>;
  close(): Promise<void>;
}

export interface EmbeddedBroker extends Publisher {
  readonly host: string;
  readonly port: number;
}

/**
 * An MQTT broker for devices under test: plain and TLS on one port, no authentication, nothing kept on disk.
 * @throws {ServiceError} CANNOT_LISTEN.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { host, port, authority, handshakeTimeoutMs, maxClients = MAX_CLIENTS } = options;
  const broker = await Aedes.createBroker({
    connectTimeout: handshakeTimeoutMs,
    drainTimeout: DRAIN_TIMEOUT_MS,
    maxClientsIdLength: MAX_CLIENT_ID_LENGTH,
    preConnect: (_client, { will }, done) => {
      const fits = (will?.payload.length ?? 0) <= MAX_WILL_BYTES;
      done(null, fits && broker.connectedClients < maxClients);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const { subscriptions } = client as unknown as { subscriptions: object };
      const tooMany = Object.keys(subscriptions).length >= MAX_SUBSCRIPTIONS;
      done(null, tooMany || subscription.topic.length > MAX_TOPIC_LENGTH ? null : subscription);
    },
    authorizePublish: (client, packet, done) => {
      // The service's own notifications have no client. They are never refused.
      const waiting = (broker as unknown as { mq: { readonly length: number } }).mq.length;
      if (client !== null && waiting > MAX_MESSAGES_WAITING) return done(new Error('Too many messages wait'));
      if (packet.topic.startsWith('$SYS/')) return done(new Error('$SYS/ is the broker’s own'));
      // This broker keeps no retained messages: one for each topic would fill the memory.
      packet.retain = false;
      done(null);
    },
  });
  // An error of one client ends only that client. The broker may have closed it already.
  broker.on('clientError', (client) => client.close());
  broker.on('connectionError', (client) => client.close());
  limitKeptSessions(broker);
  const limits = { maxPacketBytes: MAX_PACKET_BYTES, maxQueuedBytes: MAX_QUEUED_BYTES };
  const server = createServer((socket: Socket) => broker.handle(new DeviceConnection(socket, limits)));
  const close = (): Promise<void> => new Promise((resolve) => broker.close(() => resolve()));
  const ports = await listen({ host, port, authority, handshakeTimeoutMs, http: server }).catch(
    async (error: unknown) => {
      // Without this, the broker's timers would keep the process alive.
      await close();
      throw error;
    },
  );
  return {
    host: ports[0]!.host,
    port: ports[0]!.port,
    publish: (notification) =>
      new Promise((resolve, reject) => {
        const packet = {
          cmd: 'publish' as const,
          topic: topicOf(notification.thingName),
          payload: payloadOf(notification),
          qos: 1 as const,
          retain: false,
          dup: false,
        };
        broker.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    async close() {
      await close();
      await Promise.all(ports.map((open) => open.close()));
    },
  };
}
