import type { Authority } from '../certificates/index.js';
import { type EventHub, ServiceError } from '../kit/index.js';
import type { Notification } from '../tunnels/index.js';
import { startBrokerThread } from './broker-thread.js';
import { clientCertificateRule } from './client-certificate.js';
import type { EmbeddedBroker, Publisher } from './embedded-broker.js';
import { connectOutsideBroker } from './outside-broker.js';

export interface NotifierOptions {
  /**
   * Port of the embedded broker, for plain and TLS. 0 picks a free port. If it is not given, there is no embedded
   * broker.
   */
  readonly mqttPort?: number | undefined;
  /** Address of the embedded broker. */
  readonly host: string;
  /** How long a device may take for its TLS handshake, and then for its CONNECT, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** What the embedded broker wants of devices: `optional`, `required`, or a PEM file of authorities. */
  readonly mqttClientCert: string;
  /** Host names that lead to the service. */
  readonly advertise: readonly string[];
  /** Origins of pages that may connect to the embedded broker; loopback origins unless given. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** URL of an outside broker that notifications are published to. */
  readonly mqttUrl?: string | undefined;
  /** How many notifications are kept while the outside broker cannot be reached. */
  readonly maxQueued?: number | undefined;
  readonly authority: Authority;
  readonly events: EventHub;
}

/** Tells devices about tunnels by MQTT, through an embedded broker, an outside broker, or both. */
export class Notifier {
  readonly #publishers: readonly Publisher[];
  readonly #events: EventHub;
  /** Where devices reach the embedded broker, if there is one. */
  readonly broker: Pick<EmbeddedBroker, 'host' | 'port'> | undefined;

  private constructor(
    publishers: readonly Publisher[],
    events: EventHub,
    broker: EmbeddedBroker | undefined,
  ) {
    this.#publishers = publishers;
    this.#events = events;
    this.broker = broker;
  }

  /** @throws {ServiceError} INVALID_OPTION, CANNOT_LISTEN. */
  static async start(options: NotifierOptions): Promise<Notifier> {
    const { mqttPort, mqttUrl, host, authority, events, maxQueued, advertise, allowOrigins } = options;
    const { handshakeTimeoutMs } = options;
    const clientCertificate = clientCertificateRule(options.mqttClientCert);
    const onError = (reason: string) => events.emit('notification-failed', { reason });
    const outside =
      mqttUrl === undefined
        ? []
        : [connectOutsideBroker({ url: mqttUrl, onError, ...(maxQueued !== undefined && { maxQueued }) })];
    try {
      const embedded =
        mqttPort === undefined
          ? undefined
          : await startBrokerThread({
              ...{ host, clientCertificate, advertise, allowOrigins, handshakeTimeoutMs },
              port: mqttPort,
              stateDir: authority.stateDir,
              onFailure: onError,
            });
      return new Notifier([...(embedded === undefined ? [] : [embedded]), ...outside], events, embedded);
    } catch (error) {
      for (const publisher of outside) await publisher.close();
      throw error;
    }
  }

  /**
   * Sends a notification. Resolves when every broker has the message.
   * @throws {ServiceError} INVALID_OPTION if there is no broker.
   */
  async publish(notification: Notification, tunnelId?: string): Promise<void> {
    if (this.#publishers.length === 0) {
      throw new ServiceError(
        'INVALID_OPTION',
        'There is no MQTT broker to notify the device; give mqttPort or mqttUrl',
      );
    }
    const { thingName, services } = notification;
    const about = { thingName, ...(tunnelId !== undefined && { tunnelId }) };
    try {
      await Promise.all(this.#publishers.map((publisher) => publisher.publish(notification)));
    } catch (error) {
      this.#events.emit('notification-failed', { ...about, reason: messageOf(error) });
      throw error;
    }
    this.#events.emit('device-notified', { ...about, services });
  }

  /** Sends a notification if there is a broker. A failure becomes an event. For {@link TunnelActions}. */
  readonly tell = (notification: Notification, tunnelId: string): void => {
    if (this.#publishers.length === 0) return;
    // The failure was emitted as an event already.
    this.publish(notification, tunnelId).catch(() => {});
  };

  async close(): Promise<void> {
    await Promise.all(this.#publishers.map((publisher) => publisher.close()));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
