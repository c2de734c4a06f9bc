import type { Authority } from '../certificates/index.js';
import { type EventHub, ServiceError } from '../kit/index.js';
import type { Notification } from '../tunnels/index.js';
import { startBrokerThread } from './broker-thread.js';
import type { EmbeddedBroker, Publisher } from './embedded-broker.js';
import { connectOutsideBroker } from './outside-broker.js';

export interface NotifierOptions {
  /** Port of the embedded broker, plain and TLS; 0 picks a free one. No broker unless given. */
  readonly mqttPort?: number | undefined;
  /** Address of the embedded broker. */
  readonly host: string;
  /** Time of a device for its TLS handshake, and for its CONNECT. */
  readonly handshakeTimeoutMs: number;
  /** URL of an outside broker to publish to. */
  readonly mqttUrl?: string | undefined;
  /** Notifications kept while the outside broker cannot be reached. */
  readonly maxQueued?: number | undefined;
  readonly authority: Authority;
  readonly events: EventHub;
}

/** Tells devices about tunnels by MQTT, through the brokers it was given. */
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
    const { mqttPort, mqttUrl, host, authority, events, maxQueued, handshakeTimeoutMs } = options;
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
              ...{ host, port: mqttPort, handshakeTimeoutMs },
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
   * Tells a device. Resolves once every broker has the message.
   * @throws {ServiceError} INVALID_OPTION where there is no broker.
   */
  async publish(notification: Notification, tunnelId?: string): Promise<void> {
    if (this.#publishers.length === 0) {
      throw new ServiceError(
        'INVALID_OPTION',
        'There is no broker to tell the device by; give mqttPort or mqttUrl',
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

  /** Tells a device where there is a broker; what fails becomes an event. For {@link TunnelActions}. */
  readonly tell = (notification: Notification, tunnelId: string): void => {
    if (this.#publishers.length === 0) return;
    // The event has told of the failure already.
    this.publish(notification, tunnelId).catch(() => {});
  };

  async close(): Promise<void> {
    await Promise.all(this.#publishers.map((publisher) => publisher.close()));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
