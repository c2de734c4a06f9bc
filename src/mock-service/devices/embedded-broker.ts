import type { Duplex } from 'node:stream';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Authority } from '../certificates/index.js';
import { AllowedOrigins, OwnNames } from '../http/index.js';
import { AdvanceableClock } from '../kit/index.js';
import { listen, MQTT_PROTOCOLS } from '../port/index.js';
import type { Notification } from '../tunnels/index.js';
import { askedByTls, type ClientCertificateRule, isAdmitted } from './client-certificate.js';
import { declineMqtt } from './decline-mqtt.js';
import { DeviceConnection } from './device-connection.js';
import { limitKeptSessions } from './kept-sessions.js';
import { payloadOf, topicOf } from './notification.js';
import { REASON, type Reason } from './reasons.js';
import { websocketEntrance } from './websocket-entrance.js';

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
/** Return codes of CONNACK (MQTT 3.1.1 3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const NOT_AUTHORIZED = 5;
const DRAIN_TIMEOUT_MS = 10_000;

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly authority: Authority;
  /** How long a device may take for its TLS handshake, and then for its CONNECT, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  readonly clientCertificate: ClientCertificateRule;
  /** Host names that lead here, for requests by WebSocket. */
  readonly advertise: readonly string[];
  /** Origins of pages that may connect by WebSocket. Default: loopback origins. */
  readonly allowOrigins: readonly string[] | undefined;
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
 * An MQTT broker for devices under test: 3.1.1 and 5; plain, TLS and WebSocket on one port; no password, nothing kept on disk.
 * @throws {ServiceError} CANNOT_LISTEN.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { host, port, authority, clientCertificate, handshakeTimeoutMs, maxClients = MAX_CLIENTS } = options;
  const refusals = new WeakMap<Client, number>();
  const clients = () => (broker as unknown as { readonly clients: Readonly<Record<string, Client>> }).clients;
  const broker = await Aedes.createBroker({
    connectTimeout: handshakeTimeoutMs,
    drainTimeout: DRAIN_TIMEOUT_MS,
    preConnect: (client, { clientId, will }, done) => {
      const present = connectionOf(clients()[clientId]);
      const tooMany = present === undefined && broker.connectedClients >= maxClients;
      if (clientId.length > MAX_CLIENT_ID_LENGTH) refusals.set(client, IDENTIFIER_REJECTED);
      else if ((will?.payload.length ?? 0) > MAX_WILL_BYTES) refusals.set(client, NOT_AUTHORIZED);
      else if (tooMany) refusals.set(client, SERVER_UNAVAILABLE);
      if (refusals.has(client)) return done(null, true);
      if (present !== undefined) present.reason = REASON.takenOver;
      const { session } = connectionOf(client)!;
      if (session?.startsClean !== true || session.expirySeconds === 0) return done(null, true);
      sessions.forget(clientId).then(
        () => done(null, true),
        (error: Error) => done(error, false),
      );
    },
    authenticate: (client, _user, _password, done) => {
      const returnCode = refusals.get(client);
      if (returnCode === undefined) return done(null, true);
      done(Object.assign(new Error('Refused'), { returnCode }) as AuthenticateError, false);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const { subscriptions } = client as unknown as { subscriptions: object };
      const tooMany = Object.keys(subscriptions).length >= MAX_SUBSCRIPTIONS;
      done(null, tooMany || subscription.topic.length > MAX_TOPIC_LENGTH ? null : subscription);
    },
    authorizePublish: (client, packet, done) => {
      // The service's own notifications have no client. They are never refused.
      const waiting = (broker as unknown as { mq: { readonly length: number } }).mq.length;
      const refuse = (reason: Reason, what: string): void => {
        const connection = connectionOf(client);
        if (connection !== undefined) connection.reason = reason;
        done(new Error(what));
      };
      if (client !== null && waiting > MAX_MESSAGES_WAITING)
        return refuse(REASON.quotaExceeded, 'Too many messages wait');
      if (packet.topic.startsWith('$SYS/')) return refuse(REASON.notAuthorized, '$SYS/ is the broker’s own');
      // This broker keeps no retained messages: one for each topic would fill the memory.
      packet.retain = false;
      done(null);
    },
  });
  // An error of one client ends only that client. The broker may have closed it already.
  broker.on('clientError', (client) => client.close());
  broker.on('connectionError', (client) => client.close());
  broker.on('keepaliveTimeout', (client) => {
    connectionOf(client)!.reason = REASON.keepAliveTimeout;
  });
  const sessions = limitKeptSessions(
    broker,
    (client) => connectionOf(client)?.session?.expirySeconds ?? Number.POSITIVE_INFINITY,
  );
  const limits = { maxPacketBytes: MAX_PACKET_BYTES, maxQueuedBytes: MAX_QUEUED_BYTES };
  const accept = (connection: Duplex): void => {
    broker.handle(new DeviceConnection(connection, limits));
  };
  const admits = (connection: Duplex) => isAdmitted(clientCertificate, connection);
  const http = websocketEntrance({
    names: new OwnNames(host, options.advertise),
    origins: new AllowedOrigins(options.allowOrigins),
    isAdmitted: admits,
    accept,
    clock: new AdvanceableClock(),
    handshakeTimeoutMs,
    maxMessageBytes: MAX_PACKET_BYTES,
    maxQueuedBytes: MAX_QUEUED_BYTES,
  });
  const close = (): Promise<void> => {
    for (const client of Object.values(clients())) connectionOf(client)!.reason = REASON.shuttingDown;
    http.close();
    return new Promise((resolve) => broker.close(() => resolve()));
  };
  const ports = await listen({
    ...{ host, port, authority, handshakeTimeoutMs, http },
    tlsRole: { protocols: [...MQTT_PROTOCOLS, 'http/1.1'], clientCertificate: askedByTls(clientCertificate) },
    mqtt: {
      takesTls: false,
      accept: (connection) =>
        admits(connection)
          ? accept(connection)
          : declineMqtt(connection, 'not-authorized', handshakeTimeoutMs),
    },
  }).catch(async (error: unknown) => {
    // Without this, the broker's timers would keep the process alive.
    await close();
    throw error;
  });
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

function connectionOf(client: Client | null | undefined): DeviceConnection | undefined {
  return client?.conn as DeviceConnection | undefined;
}
