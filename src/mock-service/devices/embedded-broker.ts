import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Authority } from '../certificates/index.js';
import { listen } from '../port/index.js';
import type { Notification } from '../tunnels/index.js';
import { payloadOf, topicOf } from './notification.js';
import { limitPackets } from './packet-limit.js';

/** AWS IoT's own limit on a message. */
const MAX_PACKET_BYTES = 128 * 1024;
const MAX_CLIENTS = 1000;
/** AWS IoT's limit on a client id. */
const MAX_CLIENT_ID_LENGTH = 128;
const CONNECT_TIMEOUT_MS = 10_000;
const DRAIN_TIMEOUT_MS = 10_000;

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly authority: Authority;
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
  const { host, port, authority, maxClients = MAX_CLIENTS } = options;
  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    maxClientsIdLength: MAX_CLIENT_ID_LENGTH,
    preConnect: (_client, _packet, done) => done(null, broker.connectedClients < maxClients),
    authorizePublish: (_client, packet, done) => {
      if (packet.topic.startsWith('$SYS/')) return done(new Error('$SYS/ is the broker’s own'));
      // Retained messages would pile up, one a topic; this broker keeps none.
      packet.retain = false;
      done(null);
    },
  });
  // What one client does wrong ends that client; the broker has closed it already.
  broker.on('clientError', (client) => client.close());
  broker.on('connectionError', (client) => client.close());
  const server = createServer((socket: Socket) => broker.handle(limitPackets(socket, MAX_PACKET_BYTES)));
  const ports = await listen({ host, port, authority, http: server });
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
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await Promise.all(ports.map((open) => open.close()));
    },
  };
}
