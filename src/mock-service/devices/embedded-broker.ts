import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Authority } from '../certificates/index.js';
import { listen } from '../port/index.js';
import type { Notification } from '../tunnels/index.js';
import { DeviceConnection } from './device-connection.js';
import { limitKeptSessions } from './kept-sessions.js';
import { payloadOf, topicOf } from './notification.js';

/** AWS IoT's own limit on a message. */
const MAX_PACKET_BYTES = 128 * 1024;
/** Bytes that may wait for a device. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** Messages that wait to be handed to subscribers; more come in than can be told on, and who sends them is cut off. */
const MAX_MESSAGES_WAITING = 200;
/** AWS IoT's limits: subscriptions of a connection, and the length of a topic. */
const MAX_SUBSCRIPTIONS = 50;
const MAX_TOPIC_LENGTH = 256;
/** What a device may leave to be published when it is lost. */
const MAX_WILL_BYTES = 4096;
const MAX_CLIENTS = 1000;
/** AWS IoT's limit on a client id. */
const MAX_CLIENT_ID_LENGTH = 128;
const DRAIN_TIMEOUT_MS = 10_000;

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly authority: Authority;
  /** Time of a device for its TLS handshake, and for its CONNECT. */
  readonly handshakeTimeoutMs: number;
  readonly maxClients?: number;
}

/** Where notifications go. */
export interface Publisher {
  /** Resolves once the broker has it. */
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
      // Our own notifications come without a client, and are never refused.
      const waiting = (broker as unknown as { mq: { readonly length: number } }).mq.length;
      if (client !== null && waiting > MAX_MESSAGES_WAITING) return done(new Error('Too many messages wait'));
      if (packet.topic.startsWith('$SYS/')) return done(new Error('$SYS/ is the broker’s own'));
      // Retained messages would pile up, one a topic; this broker keeps none.
      packet.retain = false;
      done(null);
    },
  });
  // What one client does wrong ends that client; the broker has closed it already.
  broker.on('clientError', (client) => client.close());
  broker.on('connectionError', (client) => client.close());
  limitKeptSessions(broker);
  const limits = { maxPacketBytes: MAX_PACKET_BYTES, maxQueuedBytes: MAX_QUEUED_BYTES };
  const server = createServer((socket: Socket) => broker.handle(new DeviceConnection(socket, limits)));
  const close = (): Promise<void> => new Promise((resolve) => broker.close(() => resolve()));
  const ports = await listen({ host, port, authority, handshakeTimeoutMs, http: server }).catch(
    async (error: unknown) => {
      // Its timers would keep the process alive.
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
